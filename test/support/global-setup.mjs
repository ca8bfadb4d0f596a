import './typescript.mjs';

/** Starts the PostgreSQL of this run, which the workers find in LATCHKEY_TEST_SERVER, and the record of what it sees of the contract. */
export default async function setUp() {
  const { startTestServer } = await import('./test-server.ts');
  const { forgetSeen } = await import('./contract-record.ts');
  forgetSeen();
  await startTestServer();
}
