import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { AuditService } from '../audit/audit.service.js';
import { SessionNotFound } from '../sessions/sessions.errors.js';
import { type LiveSession, type Principal, SessionsService } from '../sessions/sessions.service.js';
import { deviceName } from './device-name.js';

/** One of a person's sessions, as they recognise it. */
export interface SessionView extends Omit<LiveSession, 'userAgent'> {
  /** `Chrome on Windows`; null when it cannot be told. */
  readonly device: string | null;
}

export interface EndedDevice {
  readonly by: Principal;
  readonly address: string;
}

/** The sessions of a person, as devices where they are signed in. */
@Injectable()
export class DevicesService {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsService,
    private readonly audit: AuditService,
  ) {}

  /** The live sessions of a person, the newest first. */
  async list(personId: string, currentSessionId: string): Promise<SessionView[]> {
    const rows = await this.sessions.list(personId, currentSessionId);
    return rows.map(({ userAgent, ...row }) => ({ ...row, device: deviceName(userAgent) }));
  }

  /** A person ends one of their sessions. @throws SessionNotFound */
  async endDevice(sessionId: string, { by, address }: EndedDevice): Promise<void> {
    const personId = by.person.id;
    await this.database.transaction(async () => {
      if (!(await this.sessions.end(personId, sessionId))) throw new SessionNotFound();
      await this.audit.record({ action: 'sessions.ended', actorId: personId, subjectId: personId, address });
    });
  }

  /** A person ends all of their sessions but this one. */
  async endOtherDevices({ by, address }: EndedDevice): Promise<void> {
    const personId = by.person.id;
    await this.database.transaction(async () => {
      const count = await this.sessions.endOthers(personId, by.sessionId);
      const fact = { actorId: personId, subjectId: personId, address, details: { count } };
      await this.audit.record({ action: 'sessions.others_ended', ...fact });
    });
  }
}
