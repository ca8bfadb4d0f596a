import { type components, createLatchkeyClient, LatchkeyProblem, type ProblemCode } from 'latchkey-client';

/** Never run: `npm run typecheck` fails where one of these lines compiles that must not, or does not that must. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Fails to compile where the value is of another type, be it a looser one. */
const exactly =
  <Expected>() =>
  <Actual>(_value: Actual, ..._differs: Same<Actual, Expected> extends true ? [] : [never]): void =>
    undefined;

const latchkey = createLatchkeyClient({ baseUrl: 'http://localhost:3000' });

export async function requests(): Promise<void> {
  await latchkey.POST('/api/v1/auth/otp/request', { body: { phone: '+79123456789' } });
  // @ts-expect-error -- no field of a body has this name
  await latchkey.POST('/api/v1/auth/otp/request', { body: { telephone: '+79123456789' } });
  // @ts-expect-error -- nor here, where another field is right
  await latchkey.PATCH('/api/v1/users/me', { body: { firstName: 'Anna', surname: 'Ivanova' } });
  // @ts-expect-error -- a required field is missing
  await latchkey.POST('/api/v1/auth/otp/verify', { body: { challengeId: 'kV5x2mJq0uYw7Zr1bT9cGA' } });
  // @ts-expect-error -- the body is missing
  await latchkey.POST('/api/v1/auth/otp/verify');
  // @ts-expect-error -- no path is this one
  await latchkey.GET('/api/v1/users/you');
  // @ts-expect-error -- this path has no such method
  await latchkey.GET('/api/v1/auth/otp/verify');
  // @ts-expect-error -- an id is missing
  await latchkey.DELETE('/api/v1/users/me/sessions/{id}', { params: {} });
  // @ts-expect-error -- an option has no such name
  await latchkey.GET('/api/v1/users/me', { sginal: AbortSignal.timeout(1) });
  // @ts-expect-error -- a file is no text
  await latchkey.PUT('/api/v1/users/me/avatar', { body: { avatar: 'me.png' } });
  await latchkey.PUT('/api/v1/users/me/avatar', { body: { avatar: new Blob() } });
}

export async function answers(): Promise<void> {
  const profile = await latchkey.GET('/api/v1/users/me');
  exactly<string | null>()(profile.phone);
  exactly<components['schemas']['Profile']['status']>()(profile.status);
  // @ts-expect-error -- a profile has no such property
  void profile.telephone;
  const nothing = await latchkey.DELETE('/api/v1/users/me/avatar');
  exactly<undefined>()(nothing);
  const picture = await latchkey.GET('/api/v1/referrals/me/qr.svg', { parseAs: 'blob' });
  exactly<Blob>()(picture);
  // @ts-expect-error -- a picture is no JSON
  await latchkey.GET('/api/v1/referrals/me/qr.svg');
  // @ts-expect-error -- even where that is asked for
  await latchkey.GET('/api/v1/referrals/me/qr.svg', { parseAs: 'json' });
}

export function problems(error: unknown): number | undefined {
  if (!(error instanceof LatchkeyProblem)) return undefined;
  exactly<ProblemCode>()(error.code);
  // @ts-expect-error -- only a wrong code leaves attempts
  void error.attemptsLeft;
  // @ts-expect-error -- no problem has this code
  if (error.code === 'otp.code_worng') return undefined;
  if (error.code === 'otp.code_wrong') return error.attemptsLeft;
  return error.retryAfter;
}

/** One text for each problem of an operation: none is forgotten. */
export const texts: Record<ProblemCode<'refreshSession'>, string> = {
  'request.malformed': '',
  'request.too_large': '',
  'request.unsupported_media_type': '',
  'request.invalid': '',
  'sessions.refresh_token_invalid': '',
  'sessions.refresh_token_reused': '',
  'service.unavailable': '',
};
