import { Injectable } from '@nestjs/common';
import { type PageAnswer, PageView } from '../../platform/pages/page-answers.js';
import { type SignedInVisit, viewerOf } from '../page-access/page-visits.service.js';
import { Leaderboard, type LeaderboardQuery } from '../referral-reports/leaderboard.service.js';

/** The page of who has invited the most. */
@Injectable()
export class LeaderboardPage {
  constructor(private readonly leaderboard: Leaderboard) {}

  async show(query: LeaderboardQuery, visit: SignedInVisit): Promise<PageAnswer> {
    const { items, nextCursor } = await this.leaderboard.page(query, viewerOf(visit));
    const next = nextCursor && `?${String(new URLSearchParams({ limit: String(query.limit), cursor: nextCursor }))}`;
    return new PageView('leaderboard', { items, next, isLater: query.cursor !== undefined });
  }
}
