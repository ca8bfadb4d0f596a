import { ValidateBy } from 'class-validator';
import { MessagesEnvironment } from './environment.messages.js';
import { Needed, Secret } from './environment.rules.js';

/** The variables of the secret that opens the database. */
export class SecretsEnvironment extends MessagesEnvironment {
  /**
   * At least 32 random characters (`openssl rand -base64 48`). They open the keys of the service, which are in the
   * database: keep them, and apart from it.
   * @defaultValue one made and kept in `.latchkey/secrets.json`
   */
  @Needed('give at least 32 random characters; make them with: openssl rand -base64 48')
  @Secret(32)
  APP_SECRET!: string;

  /**
   * What `APP_SECRET` was before, while it is being changed: until every process has been started with the new one.
   * @defaultValue none
   */
  @OtherThanAppSecret()
  @Secret(32)
  APP_SECRET_PREVIOUS?: string;
}

function OtherThanAppSecret(): PropertyDecorator {
  return ValidateBy({
    name: 'otherThanAppSecret',
    validator: {
      validate: (value, args) => value === undefined || value !== (args?.object as SecretsEnvironment).APP_SECRET,
      defaultMessage: (args) =>
        `${args?.property} is the same as APP_SECRET: write the one that was there before, or leave it out.`,
    },
  });
}
