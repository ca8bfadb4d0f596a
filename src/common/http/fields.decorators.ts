import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { isEmail, isISO31661Alpha2, ValidateBy, ValidateIf } from 'class-validator';

/** How a field is taken: `optional` may be left out, but not be null. */
export interface FieldOptions {
  readonly optional?: boolean;
}

interface TextRule {
  /** Name of the rule in `errors[].rule`. */
  readonly rule: string;
  readonly message: string;
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
      accepts: (text) => isEmail(text),
      schema: { description: 'An e-mail address.', example: 'anna@example.com', maxLength: 254 },
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
        description: 'Region of a number written without its country code: two letters of ISO 3166-1.',
        example: 'RU',
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
        description: 'The secret that binds the code to whoever asked for it.',
        example: 'kV5x2mJq0uYw7Zr1bT9cGA',
        minLength: 1,
        maxLength: 128,
      },
    },
    options,
  );

/** A one-time code; the spaces and hyphens that people type between digits are dropped. */
export const IsOtpCode = (options?: FieldOptions): PropertyDecorator =>
  textField(
    {
      rule: 'otpCode',
      message: 'Type the 4 to 8 digits from the message.',
      normalise: (text) => text.replace(/[\s\p{Dash_Punctuation}]/gu, ''),
      // [0-9], not \d with a locale: digits of other scripts would be stored and compared as different text.
      accepts: (text) => /^[0-9]{4,8}$/.test(text),
      schema: {
        description: 'The digits from the message; spaces and hyphens between them are ignored.',
        example: '4071',
        minLength: 4,
        maxLength: 32,
      },
    },
    options,
  );

/** Trims, normalises, validates and documents a text by one rule, so that a bad field has one error, not three. */
function textField({ rule, message, normalise = same, accepts, schema }: TextRule, options?: FieldOptions) {
  const optional = options?.optional === true;
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normalise(value.trim()) : value)),
    ...(optional ? [ValidateIf((_, value) => value !== undefined)] : []),
    ValidateBy({
      name: rule,
      validator: {
        validate: (value: unknown) => typeof value === 'string' && accepts(value),
        defaultMessage: () => message,
      },
    }),
    ApiProperty({ type: String, required: !optional, ...schema } as ApiPropertyOptions),
  );
}

const same = (text: string): string => text;

/** Length in code points, as JSON Schema counts it. */
const lengthWithin = (min: number, max: number) => (text: string) => {
  const { length } = [...text];
  return length >= min && length <= max;
};
