import './typescript.mjs';

/** Starts the PostgreSQL of this run; the workers find it in LATCHKEY_TEST_SERVER. */
export default async function setUp() {
  const { startTestServer } = await import('./test-server.ts');
  await startTestServer();
}
