import { stringify } from 'csv-stringify/sync';
import { fullNameOf } from '../users/users.service.js';

interface NamedPerson {
  readonly id: string;
  /** E.164. */
  readonly phone: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
}

/** Who invited whom, and when. */
export interface ExportedEdge {
  readonly activatedAt: Date;
  readonly code: string;
  readonly via: string;
  readonly inviter: NamedPerson;
  readonly invitee: NamedPerson;
}

const COLUMNS = [
  'activated_at',
  'code',
  'via',
  ...['inviter', 'invitee'].flatMap((who) => [`${who}_id`, `${who}_phone`, `${who}_name`]),
];

/** RFC 4180 §2: lines end with CRLF, and what has an end of line in it, whole or half, stands in quotes. */
const FORM = { record_delimiter: '\r\n', quote_record_delimiter: true, escape_formulas: true };

/** The line of column names. Begins with a byte order mark, without which Excel takes the file for one of the local code page. */
export const CSV_HEADER = stringify([COLUMNS], { ...FORM, bom: true });

/** A line for each edge. What spreadsheets would run as a formula begins with an apostrophe. */
export const csvOf = (edges: readonly ExportedEdge[]): string => stringify(edges.map(fieldsOf), FORM);

const fieldsOf = ({ activatedAt, code, via, inviter, invitee }: ExportedEdge): (string | null)[] => [
  activatedAt.toISOString(),
  code,
  via,
  ...[inviter, invitee].flatMap(({ id, phone, ...names }) => [id, digitsOf(phone), inOneCell(fullNameOf(names))]),
];

/** With their + phones would be formulas. */
const digitsOf = (phone: string | null): string | null => phone && phone.replace('+', '');

/** Excel of some countries parts cells at semicolons, whatever the file says: there a formula may begin in the middle of a name. */
const inOneCell = (name: string | null): string | null =>
  name && name.replace(/(?<=;[\s"]*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g, "'");
