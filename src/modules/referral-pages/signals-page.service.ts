import { Injectable } from '@nestjs/common';
import { type PageAnswer, PageView } from '../../platform/pages/page-answers.js';
import { type SignedInVisit, viewerOf } from '../page-access/page-visits.service.js';
import { ReferralSignals } from '../referral-graph/referral-signals.service.js';

/** What can be chosen; an address may name others. */
const CHOICES = [1, 24, 72, 168];

/** The page of what looks unusual. */
@Injectable()
export class SignalsPage {
  constructor(private readonly signals: ReferralSignals) {}

  async show(hours: number, visit: SignedInVisit): Promise<PageAnswer> {
    const found = await this.signals.within(hours, viewerOf(visit));
    return new PageView('signals', { ...found, hours, choices: CHOICES });
  }
}
