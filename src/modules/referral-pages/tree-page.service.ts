import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { type PageAnswer, PageView } from '../../platform/pages/page-answers.js';
import { type SignedInVisit, viewerOf } from '../page-access/page-visits.service.js';
import { DEEPEST, ReferralTree, type TreeNode, type TreeQuery } from '../referral-graph/referral-tree.service.js';
import { UserNotFound } from '../users/users.errors.js';

/** Somebody in the tree of a page. */
type ShownNode = Omit<TreeNode, 'children'> & {
  readonly children: readonly ShownNode[];
  /** How many they have invited whom this tree does not show. */
  readonly more: number;
  /** Whether whom they invited is seen at once. */
  readonly isOpen: boolean;
};

const DEPTHS = Array.from({ length: DEEPEST }, (_, index) => index + 1);
/** So many in one list are seen at a glance. */
const GLANCE = 5;

/** The page of who invited whom, around one person. */
@Injectable()
export class TreePage {
  constructor(private readonly tree: ReferralTree) {}

  /** @throws UserNotFound also for what is no id at all */
  async show({ userId, depth }: TreeQuery, visit: SignedInVisit): Promise<PageAnswer> {
    if (!isUUID(userId)) throw new UserNotFound();
    const { inviter, root } = await this.tree.of({ userId: userId.toLowerCase(), depth }, viewerOf(visit));
    return new PageView('tree', { inviter, root: shown(root), depth, depths: DEPTHS });
  }
}

const shown = ({ children, ...person }: TreeNode, level = 0): ShownNode => ({
  ...person,
  children: children.map((child) => shown(child, level + 1)),
  more: person.invitees - children.length,
  isOpen: level === 0 || children.length <= GLANCE,
});
