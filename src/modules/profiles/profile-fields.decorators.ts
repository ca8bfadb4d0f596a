import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { isIn, ValidateBy } from 'class-validator';
import { lengthWithin, textField } from '../../common/http/fields.decorators.js';
import { LOCALES } from '../../common/locale.js';

const LONGEST = 100;
/** What is left out stays as it is; null clears. */
const CHANGED = { optional: true, nullable: true } as const;

/**
 * Controls, line ends, what is not seen or turns the direction of the text around it, and heaps of marks: a name stands in the middle of
 * other texts. The two joiners stay, because some scripts and emoji are not written without them.
 */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|(?![\u200c\u200d])\p{Cf}|\p{M}{4}/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
const fits = lengthWithin(1, LONGEST);

/** A name, in NFC and with single spaces; an empty one is refused, because null says what is meant. */
export const IsName = (whose: string, example: string): PropertyDecorator =>
  textField(
    {
      rule: 'name',
      message: `Type 1 to ${LONGEST} characters on one line, or send null to clear this.`,
      normalise: (text) => text.normalize('NFC').replace(/\p{Zs}+/gu, ' '),
      accepts: (text) => fits(text) && VISIBLE.test(text) && !UNPRINTABLE.test(text),
      schema: { description: `${whose}: one line of text; null clears it.`, example, minLength: 1, maxLength: LONGEST },
    },
    CHANGED,
  );

/** A username, lower-cased: it begins with a letter, so it is never taken for a phone, and has no @, so never for an e-mail address. */
export const IsUsername = (): PropertyDecorator =>
  textField(
    {
      rule: 'username',
      message: 'Choose 3 to 30 letters a–z, digits and underscores, beginning with a letter, or send null to clear it.',
      normalise: (text) => text.toLowerCase(),
      accepts: (text) => /^[a-z][a-z0-9_]{2,29}$/.test(text),
      schema: {
        description:
          'A name to sign in by: 3 to 30 letters a–z, digits and underscores, beginning with a letter; capitals are made small; null clears it.',
        example: 'anna_92',
        pattern: '^[A-Za-z][A-Za-z0-9_]{2,29}$',
        minLength: 3,
        maxLength: 30,
      },
    },
    CHANGED,
  );

/** What Telegram knows a person by: the number of the account, or its name, which is kept with its @. */
export const IsTelegramId = (): PropertyDecorator =>
  textField(
    {
      rule: 'telegramId',
      message: 'Type the number of a Telegram account (5 to 20 digits) or its @name, or send null to clear it.',
      normalise: (text) => (/^[A-Za-z]/.test(text) ? `@${text}` : text),
      accepts: (text) => /^([0-9]{5,20}|@[A-Za-z][A-Za-z0-9_]{4,31})$/.test(text),
      schema: {
        description: 'The number of a Telegram account, or its name with or without @; null clears it.',
        example: '12345678',
        pattern: '^([0-9]{5,20}|@?[A-Za-z][A-Za-z0-9_]{4,31})$',
        minLength: 5,
        maxLength: 33,
      },
    },
    CHANGED,
  );

/** The language of messages to a person. */
export const IsLocale = (): PropertyDecorator =>
  applyDecorators(
    ValidateBy({
      name: 'locale',
      validator: {
        validate: (value: unknown) => value === undefined || value === null || isIn(value, LOCALES),
        defaultMessage: () => `Choose ${LOCALES.join(' or ')}, or send null to let each request decide.`,
      },
    }),
    ApiProperty({
      type: String,
      enum: [...LOCALES, null],
      nullable: true,
      required: false,
      description: 'The language of what this person is told by message, codes aside; null lets each request decide.',
      example: 'ru',
    }),
  );
