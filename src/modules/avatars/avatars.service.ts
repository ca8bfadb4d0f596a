import { Injectable, type OnModuleInit } from '@nestjs/common';
import { newSecret } from '../../common/crypto.js';
import { BoundedQueue } from '../../platform/bounded-queue/bounded-queue.js';
import { LimitsConfig } from '../../config/limits.config.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { QueueNumbers } from '../../platform/observability/scrapes/queue-numbers.js';
import { RateLimiter } from '../../platform/rate-limit/rate-limiter.js';
import { PersonErased } from '../users/users.events.js';
import { type Person, UsersService } from '../users/users.service.js';
import { AvatarNotFound, PicturesBusy, TooManyPictures } from './avatars.errors.js';
import { PICTURES, toAvatar } from './pictures.js';

/** @returns an image as it was sent; called when there is room for it */
export type ReadImage = () => Promise<Buffer>;

const STORE = statement(
  'avatars.store',
  `INSERT INTO avatars (id, user_id, image) VALUES ($1, $2, $3)
   ON CONFLICT (user_id) DO UPDATE SET id = excluded.id, image = excluded.image, created_at = excluded.created_at`,
);
const REMOVE = statement('avatars.remove', 'DELETE FROM avatars WHERE user_id = $1');
const READ = statement<{ image: Buffer }>('avatars.read', 'SELECT image FROM avatars WHERE id = $1');

const UPLOADS_OF_A_PERSON = 2;
const RECEIVING = { parallelism: 16, longestWaitMs: 2_000, typicalMs: 500 };

/** The pictures of people: one each, under an id that changes with the picture and cannot be guessed. */
@Injectable()
export class AvatarsService implements OnModuleInit {
  /** How many uploads of a person are under way. */
  private readonly sending = new Map<string, number>();
  /** As many files as this are in memory at once. */
  private readonly receiving = new BoundedQueue(RECEIVING, () => new PicturesBusy());

  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly limiter: RateLimiter,
    private readonly events: Events,
    private readonly limits: LimitsConfig,
    numbers: QueueNumbers,
  ) {
    numbers.watch('uploads', this.receiving);
    numbers.watch('pictures', PICTURES);
  }

  onModuleInit(): void {
    this.events.on(PersonErased, ({ personId }) => this.forget(personId));
  }

  /**
   * Gives a person a picture in place of the one before; answers the person as they are then.
   * @throws TooManyPictures, PicturesBusy, UserNotFound when they were deleted meanwhile, and what {@link toAvatar} refuses
   */
  async replace(personId: string, read: ReadImage): Promise<Person> {
    await this.refuseTooMany(personId);
    const image = await this.fewOf(personId, () => this.receiving.run(async () => toAvatar(await read())));
    return this.store(personId, image);
  }

  /** Two uploads of a person at a time: whoever sends many slowly keeps nobody else waiting. @throws PicturesBusy */
  private async fewOf<Result>(personId: string, work: () => Promise<Result>): Promise<Result> {
    const others = this.sending.get(personId) ?? 0;
    if (others >= UPLOADS_OF_A_PERSON) throw new PicturesBusy();
    this.sending.set(personId, others + 1);
    try {
      return await work();
    } finally {
      const left = (this.sending.get(personId) ?? 1) - 1;
      if (left > 0) this.sending.set(personId, left);
      else this.sending.delete(personId);
    }
  }

  /** Takes the picture of a person away, if there is one. */
  async remove(personId: string): Promise<void> {
    await this.database.transaction(async () => {
      await this.users.setAvatar(personId, null);
      await this.forget(personId);
    });
  }

  /** The picture under an id, as WebP. */
  async read(id: string): Promise<Buffer> {
    const avatar = await this.database.first(READ, [id]);
    if (!avatar) throw new AvatarNotFound();
    return avatar.image;
  }

  private async refuseTooMany(personId: string): Promise<void> {
    const refusal = await this.limiter.take([
      { key: this.limiter.key('avatar', personId), policy: this.limits.avatarsPerPerson },
    ]);
    if (refusal) throw new TooManyPictures(refusal);
  }

  /** Locks the person first, as whoever erases them does. */
  private store(personId: string, image: Buffer): Promise<Person> {
    const id = newSecret();
    return this.database.transaction(async () => {
      const person = await this.users.lock(personId);
      await this.database.run(STORE, [id, personId, image]);
      await this.users.setAvatar(personId, id);
      return { ...person, avatarId: id };
    });
  }

  private async forget(personId: string): Promise<void> {
    await this.database.run(REMOVE, [personId]);
  }
}
