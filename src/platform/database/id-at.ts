/** SQL: the least identifier that could have been made at a moment (UUIDv7, RFC 9562 §5.7). */
export const idAt = (moment: string): string =>
  `(lpad(to_hex((extract(epoch FROM ${moment}) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid`;
