import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { AccessModule } from './modules/access/access.module.js';
import { AccountModule } from './modules/account/account.module.js';
import { AdminModule } from './modules/admin/admin.module.js';
import { AuthModule } from './modules/auth/auth.module.js';
import { AvatarsModule } from './modules/avatars/avatars.module.js';
import { DevicesModule } from './modules/devices/devices.module.js';
import { CredentialsModule } from './modules/credentials/credentials.module.js';
import { LoginModule } from './modules/login/login.module.js';
import { ContactsModule } from './modules/contacts/contacts.module.js';
import { InvitesModule } from './modules/invites/invites.module.js';
import { OwnReferralsModule } from './modules/own-referrals/own-referrals.module.js';
import { CourierModule } from './modules/courier/courier.module.js';
import { MessageTrailModule } from './modules/message-trail/message-trail.module.js';
import { DeliveriesModule } from './modules/deliveries/deliveries.module.js';
import { DeliveryCheckerModule } from './modules/deliveries/delivery-checker.module.js';
import { OperationsPagesModule } from './modules/operations-pages/operations-pages.module.js';
import { QaModule } from './modules/qa/qa.module.js';
import { ReferralGraphModule } from './modules/referral-graph/referral-graph.module.js';
import { ReferralPagesModule } from './modules/referral-pages/referral-pages.module.js';
import { ReferralReportsModule } from './modules/referral-reports/referral-reports.module.js';
import { SignInPagesModule } from './modules/sign-in-pages/sign-in-pages.module.js';
import { OwnReferralPagesModule } from './modules/own-referral-pages/own-referral-pages.module.js';
import { ProfilePagesModule } from './modules/profile-pages/profile-pages.module.js';
import { ConfirmPagesModule } from './modules/confirm-pages/confirm-pages.module.js';
import { AuditPagesModule } from './modules/audit-pages/audit-pages.module.js';
import { PeoplePagesModule } from './modules/people-pages/people-pages.module.js';
import { DevicePagesModule } from './modules/device-pages/device-pages.module.js';
import { InboxPagesModule } from './modules/inbox-pages/inbox-pages.module.js';
import { InviteePagesModule } from './modules/invitee-pages/invitee-pages.module.js';
import { SmsAccountModule } from './modules/sms/sms-account.module.js';
import { SendingDeskModule } from './modules/sending-desk/sending-desk.module.js';
import { ClockModule } from './platform/clock/clock.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { EventsModule } from './platform/events/events.module.js';
import { IdempotencyModule } from './platform/idempotency/idempotency.module.js';
import { ObservabilityModule } from './platform/observability/observability.module.js';
import { PagesModule } from './platform/pages/pages.module.js';
import { RateLimitModule } from './platform/rate-limit/rate-limit.module.js';
import { RetentionModule, SweeperModule } from './platform/retention/retention.module.js';
import { RootKeyModule } from './platform/root-key/root-key.module.js';
import { ScheduleModule } from './platform/schedule/schedule.module.js';

/** What the product stands on. */
const PLATFORM = [
  ObservabilityModule,
  DatabaseModule,
  RootKeyModule,
  ClockModule,
  EventsModule,
  ScheduleModule,
  RetentionModule,
  SweeperModule,
  RateLimitModule,
  IdempotencyModule,
  PagesModule,
];

/** What programs ask for, in the order in which the document of the API tells of it. */
const API = [
  AccessModule,
  AuthModule,
  LoginModule,
  CredentialsModule,
  AccountModule,
  AvatarsModule,
  ContactsModule,
  DevicesModule,
  AdminModule,
  OwnReferralsModule,
  InvitesModule,
  ReferralReportsModule,
  ReferralGraphModule,
  MessageTrailModule,
  SendingDeskModule,
  SmsAccountModule,
  DeliveriesModule,
];

/** What people look at. */
const PAGES = [
  SignInPagesModule,
  OwnReferralPagesModule,
  ProfilePagesModule,
  PeoplePagesModule,
  ReferralPagesModule,
  AuditPagesModule,
  DevicePagesModule,
  InviteePagesModule,
  OperationsPagesModule,
];

/** The process that serves HTTP, and carries messages too unless a worker of its own does. */
@Module({})
export class AppModule {
  static for(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.for(config),
        ...PLATFORM,
        ...API,
        ...(config.qa.inbox ? [QaModule, InboxPagesModule] : []),
        ...PAGES,
        ConfirmPagesModule.for(config.qa),
        ...(config.app.hostsWorker ? [CourierModule, DeliveryCheckerModule] : []),
      ],
    };
  }
}
