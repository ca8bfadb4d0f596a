import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { isISO31661Alpha2, ValidateBy } from 'class-validator';
import { parseEmail } from '../contact.js';

/** How a field is taken: `optional` may be left out, but not be null; `nullable` may be null, which clears it. */
export interface FieldOptions {
  readonly optional?: boolean;
  readonly nullable?: boolean;
}

export interface TextRule {
  /** Name of the rule in `errors[].rule`. */
  readonly rule: string;
  readonly message: string;
  /** Whether spaces around the text are part of it; they are trimmed otherwise. */
  readonly asTyped?: boolean;
  /** Applied to the trimmed text before `accepts` looks at it. */
  readonly normalise?: (text: string) => string;
  readonly accepts: (text: string) => boolean;
  readonly schema: ApiPropertyOptions;
}

/** A phone number as people type it; what number it is depends on the region and is decided later. */
export const IsPhoneText = (options?: FieldOptions): PropertyDecorator =>
  textField(
    {
      rule: 'phoneText',
      message: 'Type a phone number of 3 to 40 characters, such as +7 912 345-67-89.',
      accepts: lengthWithin(3, 40),
      schema: {
        description: 'A phone number as people type it: with or without +7 or 8, spaces, hyphens and brackets.',
        example: '+7 912 345-67-89',
        minLength: 3,
        maxLength: 40,
      },
    },
    options,
  );

export const IsEmailText = (options?: FieldOptions): PropertyDecorator =>
  textField(
    {
      rule: 'emailText',
      message: 'Type an e-mail address, such as anna@example.com.',
      accepts: (text) => parseEmail(text) !== undefined,
      schema: {
        description: 'An e-mail address; capitals and small letters are the same.',
        example: 'anna@example.com',
        format: 'email',
        maxLength: 254,
      },
    },
    options,
  );

/** ISO 3166-1 alpha-2, upper-cased. */
export const IsRegion = (options?: FieldOptions): PropertyDecorator =>
  textField(
    {
      rule: 'region',
      message: 'Name the region by its two letters (ISO 3166-1), such as RU.',
      normalise: (text) => text.toUpperCase(),
      accepts: (text) => isISO31661Alpha2(text),
      schema: {
        description:
          'Region of a number written without its country code: two letters of ISO 3166-1. Left out, it is the first that is served.',
        example: 'RU',
        pattern: '^[A-Za-z]{2}$',
        minLength: 2,
        maxLength: 2,
      },
    },
    options,
  );

/** Any text passes for the id of a challenge: an unknown one has its own answer, and a wrong form must not stand out from it. */
export const IsChallengeId = (options?: FieldOptions): PropertyDecorator =>
  textField(
    {
      rule: 'challengeId',
      message: 'Send the challengeId that the request for a code answered.',
      accepts: lengthWithin(1, 128),
      schema: {
        description:
          'The `challengeId` that the request for the code answered: the secret that binds the code to whoever asked.',
        example: 'kV5x2mJq0uYw7Zr1bT9cGA',
        minLength: 1,
        maxLength: 128,
      },
    },
    options,
  );

const LONGEST_TYPED_CODE = 32;

/** A one-time code; the spaces and hyphens that people type between digits are dropped. */
export const IsOtpCode = (options?: FieldOptions): PropertyDecorator =>
  textField(
    {
      rule: 'otpCode',
      message: 'Type the 4 to 8 digits from the message.',
      normalise: (text) => (text.length > LONGEST_TYPED_CODE ? text : text.replace(/[\s\p{Dash_Punctuation}]/gu, '')),
      // [0-9], not \d with a locale: digits of other scripts would be stored and compared as different text.
      accepts: (text) => /^[0-9]{4,8}$/.test(text),
      schema: {
        description: 'The digits from the message; spaces and hyphens between them are ignored.',
        example: '4071',
        pattern: '^([^0-9]*[0-9]){4,8}[^0-9]*$',
        minLength: 4,
        maxLength: LONGEST_TYPED_CODE,
      },
    },
    options,
  );

/** A password that is being chosen, taken as typed, in NFC. Whether it is good enough is decided later. */
export const IsNewPassword = (options?: FieldOptions): PropertyDecorator =>
  passwordField(
    {
      rule: 'newPassword',
      message: 'Choose a password of 8 to 128 characters.',
      length: [8, 128],
      description:
        'A new password: any 8 to 128 characters; none of the common ones, and not made of the name or the contacts of the person or of the name of this service.',
      example: 'five other words, mine',
    },
    options,
  );

/** A password that is given to be compared, taken as typed, in NFC: one that could not be chosen is merely wrong. */
export const IsTypedPassword = (options?: FieldOptions): PropertyDecorator =>
  passwordField(
    {
      rule: 'typedPassword',
      message: 'Type the password of at most 128 characters.',
      length: [1, 128],
      description: 'The password, as it was chosen.',
      example: 'four words of mine',
    },
    options,
  );

interface PasswordRule {
  readonly rule: string;
  readonly message: string;
  /** The least and the most code points. */
  readonly length: readonly [number, number];
  readonly description: string;
  readonly example: string;
}

function passwordField({ rule, message, length, ...told }: PasswordRule, options?: FieldOptions) {
  const [minLength, maxLength] = length;
  return textField(
    {
      rule,
      message,
      asTyped: true,
      normalise: (text) => text.normalize('NFC'),
      accepts: lengthWithin(minLength, maxLength),
      schema: { ...told, format: 'password', writeOnly: true, minLength, maxLength },
    },
    options,
  );
}

/** Trims, normalises, validates and documents a text by one rule, so that a bad field has one error, not three. */
export function textField(
  { rule, message, asTyped, normalise = same, accepts, schema }: TextRule,
  { optional = false, nullable = false }: FieldOptions = {},
): PropertyDecorator {
  const taken = (text: string): string => normalise(asTyped ? text : text.trim());
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? taken(value) : value)),
    ValidateBy({
      name: rule,
      validator: {
        // Not by ValidateIf, which would silence every other rule of the field too.
        validate: (value: unknown) =>
          (optional && value === undefined) ||
          (nullable && value === null) ||
          (typeof value === 'string' && accepts(value)),
        defaultMessage: () => message,
      },
    }),
    ApiProperty({ type: String, required: !optional, ...(nullable && { nullable }), ...schema } as ApiPropertyOptions),
  );
}

const same = (text: string): string => text;

/** Length in code points, as JSON Schema counts it. */
export const lengthWithin = (min: number, max: number) => (text: string) => {
  const { length } = [...text];
  return length >= min && length <= max;
};
