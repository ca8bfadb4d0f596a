import { createLatchkeyClient, LatchkeyProblem } from 'latchkey-client';

const [baseUrl = 'http://localhost:3000', phone = '+79123456789', inviteCode = '7HX2QC'] = process.argv.slice(2);
const latchkey = createLatchkeyClient({ baseUrl });

const { challengeId } = await latchkey.POST('/api/v1/auth/otp/request', { body: { phone } });
// People read the message on their phone; while developing, it is read here.
const query = { to: phone, timeout: 10 };
const { message } = await latchkey.GET('/api/v1/qa/messages/wait', { params: { query } });
await latchkey.POST('/api/v1/auth/otp/verify', { body: { challengeId, code: message?.code ?? '' } });
await latchkey.refresh();

try {
  await latchkey.POST('/api/v1/referrals/activate', { body: { inviteCode } });
} catch (error) {
  if (!(error instanceof LatchkeyProblem && error.code === 'referrals.code_unknown')) throw error;
  console.log(error.title);
}
const profile = await latchkey.GET('/api/v1/users/me');
console.log(`${profile.phone} has the code ${profile.inviteCode} and came by ${profile.activatedInviteCode ?? 'none'}`);
