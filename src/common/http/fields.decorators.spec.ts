import type { DomainError } from '../domain-error.js';
import { IsNewPassword, IsOtpCode, IsTypedPassword } from './fields.decorators.js';
import { RequestInvalid } from './http.errors.js';
import { createValidationPipe } from './validation/validation.js';

class Chosen {
  @IsNewPassword()
  readonly password!: string;
}

class Typed {
  @IsTypedPassword({ optional: true })
  readonly password?: string;
}

class WithCode {
  @IsOtpCode()
  readonly code!: string;
}

const pipe = createValidationPipe();

/** What the code behind the pipe sees, or the rule that refuses it. */
const taken = async (metatype: typeof Chosen | typeof Typed, body: object): Promise<unknown> => {
  try {
    const dto = (await pipe.transform(body, { type: 'body', metatype })) as { password?: string };
    return dto.password;
  } catch (error) {
    return (error as DomainError).facts.errors?.map(({ field, rule }) => ({ field, rule }));
  }
};

describe('A password in a body', () => {
  it('is taken as typed, with its spaces, in NFC', async () => {
    expect(await taken(Chosen, { password: ' мо\u0438\u0306 пароль ' })).toBe(' мо\u0439 пароль ');
    expect(await taken(Typed, { password: ' ' })).toBe(' ');
  });

  it('has 8 to 128 characters when it is chosen', async () => {
    const refused = [{ field: 'password', rule: 'newPassword' }];
    expect(await taken(Chosen, { password: 'a'.repeat(7) })).toEqual(refused);
    expect(await taken(Chosen, { password: '\u0438\u0306'.repeat(7) })).toEqual(refused);
    expect(await taken(Chosen, { password: '🐈'.repeat(128) })).toBe('🐈'.repeat(128));
    expect(await taken(Chosen, { password: 'a'.repeat(129) })).toEqual(refused);
    expect(await taken(Chosen, { password: 12_345_678 })).toEqual(refused);
    expect(await taken(Chosen, {})).toEqual(refused);
  });

  it('has 1 to 128 characters when it is typed again', async () => {
    const refused = [{ field: 'password', rule: 'typedPassword' }];
    expect(await taken(Typed, { password: 'a' })).toBe('a');
    expect(await taken(Typed, { password: '' })).toEqual(refused);
    expect(await taken(Typed, { password: 'a'.repeat(129) })).toEqual(refused);
    expect(await taken(Typed, { password: null })).toEqual(refused);
    expect(await taken(Typed, {})).toBeUndefined();
  });
});

describe('A one-time code in a body', () => {
  const code = (text: string): Promise<unknown> =>
    pipe.transform({ code: text }, { type: 'body', metatype: WithCode }) as Promise<unknown>;

  it('has 4 to 8 digits, whatever spaces and hyphens stand between them', async () => {
    await expect(code(' 40-71 ')).resolves.toEqual({ code: '4071' });
    for (const typed of ['407', '407155555', '40a71']) await expect(code(typed)).rejects.toBeInstanceOf(RequestInvalid);
  });

  it('has at most 32 characters, as it was typed', async () => {
    await expect(code(`40${'-'.repeat(28)}71`)).resolves.toEqual({ code: '4071' });
    await expect(code(`40${'-'.repeat(29)}71`)).rejects.toBeInstanceOf(RequestInvalid);
  });
});
