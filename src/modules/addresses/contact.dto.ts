import { ApiSchema, type ApiSchemaOptions } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { IsEmailText, IsPhoneText, IsRegion } from '../../common/http/fields.decorators.js';
import type { ContactInput } from './contacts.service.js';

type Field = keyof ContactInput;

/** Names the field with its type: generators make types of properties, not of what is required. */
const having = (field: Field) => ({ type: 'object', required: [field], properties: { [field]: { type: 'string' } } });

/** Documents that a body has either a phone or an e-mail address; every class that extends {@link ContactDto} says it anew, and what for. */
export const ByPhoneOrEmail = (description: string): ClassDecorator =>
  ApiSchema({
    description,
    oneOf: [
      { title: 'By phone', ...having('phone') },
      { title: 'By e-mail', ...having('email') },
    ],
    dependentRequired: { region: ['phone'] },
  } as ApiSchemaOptions);

/** A phone or an e-mail address, exactly one of them. Other bodies extend it. */
@ByPhoneOrEmail('A phone or an e-mail address, exactly one of them.')
export class ContactDto implements ContactInput {
  @EitherThisOr('email')
  @IsPhoneText({ optional: true })
  phone?: string;

  @NotBeside('email')
  @IsRegion({ optional: true })
  region?: string;

  @EitherThisOr('phone')
  @IsEmailText({ optional: true })
  email?: string;
}

function EitherThisOr(other: Field): PropertyDecorator {
  return rule('eitherPhoneOrEmail', {
    validate: (value, body) => (value === undefined) !== (body[other] === undefined),
    message: 'Send either a phone or an e-mail address.',
  });
}

function NotBeside(other: Field): PropertyDecorator {
  return rule('regionOfPhone', {
    validate: (value, body) => value === undefined || body[other] === undefined,
    message: 'Leave the region out: only a phone has one.',
  });
}

interface Rule {
  readonly validate: (value: unknown, body: ContactInput) => boolean;
  readonly message: string;
}

function rule(name: string, { validate, message }: Rule): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value, args) => validate(value, args?.object ?? {}),
      defaultMessage: () => message,
    },
  });
}
