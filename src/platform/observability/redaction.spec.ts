import { redact, redactText } from './redaction.js';

describe('What a log may hold', () => {
  it.each([
    ['to +79121234567 in 3 ms', 'to [phone …67] in 3 ms'],
    ['to +7 (912) 345-67-89.', 'to [phone …89].'],
    ['GET /x?to=%2B79121234567&limit=5', 'GET /x?to=[phone …67]&limit=5'],
    ['GET /x?to= 79121234567', 'GET /x?to=[phone …67]'],
    ['number=79121234567&sign=x', 'number=[phone …67]&sign=x'],
    ['8 is not, but 89121234567 is', '8 is not, but [phone …67] is'],
    ['mail to anna.smith@mail.example.com failed', 'mail to a***@mail.example.com failed'],
    ['GET /x?a=1&to=anna.smith%2Btag%40mail.example.com&b', 'GET /x?a=1&to=a***@mail.example.com&b'],
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer [redacted]'],
    ['token eyJhbGciOi.eyJzdWIi.c2ln sent', 'token [token] sent'],
    ['connect postgres://user:pa+ss@db:5432/x', 'connect postgres://[redacted]@db:5432/x'],
  ])('redacts %s', (text, clean) => {
    expect(redactText(text)).toBe(clean);
  });

  it.each([
    'took 1234567 ms at 1763645000123',
    '01920c9e-7f3a-7c1e-9a53-79121234567a',
    '2026-11-20T13:16:37.123Z',
    'listening on http://127.0.0.1:3000',
    'a + b = 12',
  ])('leaves %s alone', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('blanks secret fields wherever they are, and codes but not the codes of errors', () => {
    const entry = {
      user: { password: 'x', accessToken: 'y', phone: '+79121234567' },
      headers: { authorization: 'Basic abc', Cookie: 'a=b' },
      list: [{ code: '123456' }, { code: 4071 }, { code: 'otp.code_wrong' }, { otp: '1234' }],
    };
    expect(redact(entry)).toEqual({
      user: { password: '[redacted]', accessToken: '[redacted]', phone: '[phone …67]' },
      headers: { authorization: '[redacted]', Cookie: '[redacted]' },
      list: [{ code: '[redacted]' }, { code: '[redacted]' }, { code: 'otp.code_wrong' }, { otp: '[redacted]' }],
    });
  });

  it('keeps of an error only what every error has', () => {
    const cause = Object.assign(new Error('duplicate +79121234567'), { detail: '(phone)=(+79121234567)' });
    const text = JSON.stringify(redact(new Error('failed', { cause })));
    expect(text).toContain('redaction.spec');
    expect(text).not.toMatch(/9121234567|detail/);
  });

  it('cuts what refers to itself', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(JSON.stringify(redact(cycle))).toContain('[cut]');
  });
});
