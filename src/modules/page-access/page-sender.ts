import { Readable } from 'node:stream';
import { Injectable, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { DomainError, FieldError } from '../../common/domain-error.js';
import { wholeSeconds } from '../../common/http/problem.js';
import { QaConfig } from '../../config/config.js';
import { ownPath, type PageAnswer, PageContent, PageRedirect, PageView } from '../../platform/pages/page-answers.js';
import type { FormState } from '../../platform/pages/page-helpers.js';
import { type PageFrame, PageRenderer } from '../../platform/pages/page-renderer.js';
import type { Principal } from '../sessions/sessions.service.js';
import { knownAs } from '../users/users.service.js';
import { FormNotOurs } from './page-access.errors.js';
import { PageVisits, type Visit } from './page-visits.service.js';

/** Everything from here and nothing from anywhere else; nothing in the page itself runs or styles (CSP 3). */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join(';');

const HEADERS = {
  'content-security-policy': POLICY,
  // With `no-referrer` browsers would send forms with `Origin: null`.
  'referrer-policy': 'same-origin',
};

/** Texts that name the kind of a refusal. */
const HEADINGS: Readonly<Record<number, string>> = { 403: 'forbidden', 404: 'missing', 429: 'wait', 503: 'wait' };

const UNKNOWN_FIELD = 'unknownField';

type PageBody = string | Buffer | StreamableFile;

/** Turns what a page answers into a response. */
@Injectable()
export class PageSender {
  constructor(
    private readonly renderer: PageRenderer,
    private readonly visits: PageVisits,
    private readonly qa: QaConfig,
  ) {}

  /** @returns the body, for Nest to send */
  send(answer: PageAnswer, visit: Visit, reply: FastifyReply): PageBody | undefined {
    reply.headers(HEADERS);
    if (answer instanceof PageRedirect) return this.redirect(answer, visit, reply);
    if (answer instanceof PageContent) return content(answer, reply);
    return this.show(answer, visit, reply);
  }

  /** A page that tells of a refusal, which leads on from there. */
  refuse(refusal: DomainError, visit: Visit, reply: FastifyReply): PageBody | undefined {
    const { status } = refusal.kind;
    const back = visit.page === ownPath(visit.path) ? undefined : visit.page;
    const model = { status, heading: headingOf(refusal), problem: this.problemOf(refusal, visit.locale), back };
    visit.refusal = refusal;
    return this.send(new PageView('refused', model, status), visit, reply);
  }

  private redirect({ to, told }: PageRedirect, visit: Visit, reply: FastifyReply): undefined {
    if (told !== undefined) this.visits.tell(visit, told);
    reply.code(303).header('location', ownPath(to));
  }

  private show({ view, model, status }: PageView, visit: Visit, reply: FastifyReply): string {
    const { refusal } = visit;
    const { retryAfterSeconds: wait } = refusal?.facts ?? {};
    if (wait !== undefined) reply.header('retry-after', String(wholeSeconds(wait)));
    reply.code(refusal?.kind.status ?? status).type('text/html; charset=utf-8');
    return this.renderer.render(view, model, this.frameOf(visit));
  }

  private frameOf(visit: Visit): PageFrame {
    const { locale, page: path, principal } = visit;
    return {
      locale,
      path,
      csrfToken: this.visits.csrfToken(visit),
      viewer: principal && frameViewerOf(principal),
      inboxIsOpen: this.qa.inbox && this.qa.token === undefined,
      told: this.toldTo(visit),
      form: visit.refusal && this.formOf(visit, visit.refusal),
    };
  }

  /** A browser sends what it likes as the word that was left for it. */
  private toldTo(visit: Visit): string | undefined {
    const key = this.visits.told(visit);
    return key !== undefined && key.startsWith('told.') && this.renderer.texts.find(visit.locale, key)
      ? key
      : undefined;
  }

  private formOf({ path, typed, locale }: Visit, refusal: DomainError): FormState {
    const { errors = [] } = refusal.facts;
    const [sentTo = path] = path.split('?');
    // A field that the form does not have has no place beside it.
    const strange = errors.find(({ rule }) => rule === UNKNOWN_FIELD);
    const problem = errors.length === 0 ? this.problemOf(refusal, locale) : strange && this.textOf(strange, locale);
    const texts = Object.fromEntries(errors.map((error) => [error.field, this.textOf(error, locale)]));
    return { path: sentTo, values: typed, errors: texts, problem };
  }

  /** What programs are told of a request says nothing to people. */
  private problemOf({ kind }: DomainError, locale: Visit['locale']): string {
    const key = `refused.problem.${kind.code}`;
    return this.renderer.texts.find(locale, key) ? this.renderer.texts.text(locale, key) : kind.title[locale];
  }

  /** What is wrong with a field is told in English; pages know the rules by name. */
  private textOf({ rule, message }: FieldError, locale: Visit['locale']): string {
    const key = `rules.${rule}`;
    return this.renderer.texts.find(locale, key) ? this.renderer.texts.text(locale, key) : message;
  }
}

function headingOf(refusal: DomainError): string {
  // Whoever sent it could see the page.
  if (refusal instanceof FormNotOurs) return 'other';
  return HEADINGS[refusal.kind.status] ?? 'other';
}

function content({ type, body, fileName }: PageContent, reply: FastifyReply): PageBody {
  reply.type(type);
  if (fileName !== undefined) reply.header('content-disposition', `attachment; filename="${fileName}"`);
  return body instanceof Readable ? new StreamableFile(body) : body;
}

function frameViewerOf({ person }: Principal): PageFrame['viewer'] {
  return { name: knownAs(person) ?? '', isStaff: person.role !== 'user', isAdmin: person.role === 'admin' };
}
