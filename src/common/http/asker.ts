import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { type Locale, localeOf } from '../locale.js';

const USER_AGENT_LENGTH = 256;
/** Stands for a connection that has no address any more. */
const NOWHERE = ipaddr.IPv4.parse('0.0.0.0');

/** Whoever sends a request. */
export interface Asker {
  /** The client's address in canonical text. */
  readonly address: string;
  /** The address cut to /24 (IPv4) or /64 (IPv6), e.g. `203.0.113.0/24`: what limits are counted by. */
  readonly network: string;
  readonly locale: Locale;
  /** At most 256 characters of Latin-1, as Node.js reads headers; null when the client names none. */
  readonly userAgent: string | null;
}

/** The network of an address in canonical text, or undefined when it is no address. IPv4 mapped into IPv6 counts as IPv4. */
export function networkOf(address: string): string | undefined {
  const parsed = parseAddress(address);
  return parsed && cut(parsed);
}

/** Reads the asker from a request. An address that a proxy has made up is replaced by the connection's own. */
export function askerOf(request: FastifyRequest): Asker {
  const address = parseAddress(request.ip) ?? parseAddress(request.socket.remoteAddress ?? '') ?? NOWHERE;
  return {
    address: address.toString(),
    network: cut(address),
    locale: localeOf(request.headers['accept-language']),
    userAgent: request.headers['user-agent']?.slice(0, USER_AGENT_LENGTH) ?? null,
  };
}

/** Cut to what belongs to one customer: less than /24 (IPv4) or /64 (IPv6) does not tell people apart. */
function cut(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  if (address instanceof ipaddr.IPv4) return `${address.octets.slice(0, 3).join('.')}.0/24`;
  return `${new ipaddr.IPv6([...address.parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`;
}

/** Hands the {@link Asker} to a controller's method. */
export const FromAsker = createParamDecorator((_: unknown, context: ExecutionContext): Asker =>
  askerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** Hands a controller's method a signal that is aborted when the client leaves before it has its answer. */
export const ClientGone = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const gone = new AbortController();
  context
    .switchToHttp()
    .getResponse<FastifyReply>()
    .raw.once('close', () => gone.abort());
  return gone.signal;
});

function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // A zone (`fe80::1%eth0`) names an interface of this machine, not a network; short forms such as `127.1` are no addresses.
  const [bare = ''] = withoutPort(text).split('%');
  const valid = ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare);
  return valid ? ipaddr.process(bare) : undefined;
}

/** Some proxies forward `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  return /^\[([^\]]*)\](:\d+)?$/.exec(text)?.[1] ?? text.replace(/^([\d.]+):\d+$/, '$1');
}
