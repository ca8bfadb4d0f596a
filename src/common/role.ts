/** What a person may do: `moderator` may read everyone, `admin` may change everyone. */
export const ROLES = ['user', 'moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];
