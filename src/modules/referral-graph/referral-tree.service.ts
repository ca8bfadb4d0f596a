import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { AuditService } from '../audit/audit.service.js';
import { UserNotFound } from '../users/users.errors.js';
import { shownColumns, type ShownPerson, shownPerson, type Viewer } from './shown-person.js';

export interface TreeNode extends ShownPerson {
  /** When this person activated the code of whoever stands above; null for whoever has activated none. */
  readonly activatedAt: Date | null;
  /** How the code came to them. */
  readonly via: 'typed' | 'link' | 'qr' | null;
  /** How many this person has invited, shown here or not. */
  readonly invitees: number;
  /** The newest of them, the newest first; empty at the lowest level of the tree. */
  readonly children: TreeNode[];
}

export interface Tree {
  /** Who invited the root. */
  readonly inviter: ShownPerson | null;
  readonly root: TreeNode;
}

export interface TreeQuery {
  readonly userId: string;
  /** Levels below the root: 1 to {@link DEEPEST}. */
  readonly depth: number;
}

type Row = Omit<TreeNode, 'children'> & {
  readonly inviterId: string | null;
  /** Steps below the root; -1 is who invited the root. */
  readonly level: number;
};

/** So that a tree has at most 8 421 people, however many were invited. */
export const DEEPEST = 3;
const CHILDREN = 20;

/** A person, the newest of whom they invited, level by level, and who invited them: each step by index. Nobody is shown by no row. */
const TREE = statement<Row>(
  'referrals.tree',
  `WITH RECURSIVE tree AS (
     SELECT root.id AS user_id, edge.inviter_id, edge.ordinal, edge.via, edge.activated_at, 0 AS level
     FROM users root LEFT JOIN referrals edge ON edge.invitee_id = root.id WHERE root.id = $1
     UNION ALL
     SELECT child.*, tree.level + 1
     FROM tree CROSS JOIN LATERAL (
       SELECT invitee_id, inviter_id, ordinal, via, activated_at FROM referrals
       WHERE inviter_id = tree.user_id
         AND ordinal > (SELECT invitees FROM inviters WHERE user_id = tree.user_id) - ${CHILDREN}
       ORDER BY ordinal DESC LIMIT ${CHILDREN}) AS child
     WHERE tree.level < $2),
   shown AS (
     SELECT * FROM tree
     UNION ALL
     SELECT inviter_id, NULL, NULL, NULL, NULL, -1 FROM tree WHERE level = 0)
   SELECT ${shownColumns('person')}, inviter_id AS "inviterId", via, activated_at AS "activatedAt",
     coalesce(invitees, 0) AS invitees, level
   FROM shown
   JOIN users person ON person.id = shown.user_id
   LEFT JOIN inviters ON inviters.user_id = shown.user_id
   ORDER BY level, ordinal DESC`,
);

/** Who invited whom, around one person. That staff have looked is written down before they see it. */
@Injectable()
export class ReferralTree {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  /** Also of whoever was deleted: their edges stay. @throws UserNotFound */
  async of({ userId, depth }: TreeQuery, { actorId, address }: Viewer): Promise<Tree> {
    const tree = treeOf(await this.database.run(TREE, [userId, depth]));
    if (!tree) throw new UserNotFound();
    await this.audit.record({
      action: 'referrals.tree_viewed',
      actorId,
      address,
      subjectId: userId,
      details: { depth },
    });
    return tree;
  }
}

/** @param rows from above to below, and the newest of a level first */
function treeOf(rows: readonly Row[]): Tree | undefined {
  const above = rows.find(({ level }) => level < 0);
  const nodes = rows.filter(({ level }) => level >= 0).map(nodeOf);
  const children = new Map(nodes.map(({ node }) => [node.userId, node.children]));
  for (const { node, inviterId } of nodes) children.get(inviterId)?.push(node);
  return nodes[0] && { inviter: above ? shownPerson(above) : null, root: nodes[0].node };
}

const nodeOf = ({ inviterId, activatedAt, via, invitees, ...person }: Row) => ({
  inviterId: inviterId ?? '',
  node: { ...shownPerson(person), activatedAt, via, invitees, children: [] as TreeNode[] },
});
