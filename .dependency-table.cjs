/**
 * Who may import whom. A line may use itself, what it lists, and what stands to the left of its stratum:
 * common <- config <- platform <- modules <- the composition roots src/*.ts.
 */
module.exports = {
  common: [],
  config: ['common'],

  'platform/bounded-queue': [],
  'platform/sms-length': [],
  'platform/clock': ['common', 'config'],
  'platform/closing': ['common', 'config'],
  'platform/tracing': ['common', 'config'],
  'platform/process-group': ['common'],
  'platform/observability': [
    'common',
    'config',
    'platform/closing',
    'platform/tracing',
    'platform/bounded-queue',
    'platform/process-group',
  ],
  'platform/http-edge': ['common', 'config', 'platform/closing', 'platform/tracing', 'platform/observability'],
  'platform/worker-port': ['common', 'config', 'platform/observability'],
  'platform/docs': ['common', 'config', 'platform/observability'],
  'platform/pages': ['common', 'config', 'platform/observability'],
  'platform/database': ['common', 'config', 'platform/tracing', 'platform/observability'],
  'platform/root-key': ['common', 'config', 'platform/database'],
  'platform/schedule': ['common', 'config', 'platform/observability', 'platform/database'],
  'platform/retention': ['common', 'config', 'platform/observability', 'platform/database', 'platform/schedule'],
  'platform/rate-limit': ['common', 'config', 'platform/database', 'platform/retention', 'platform/root-key'],
  'platform/idempotency': ['common', 'config', 'platform/database', 'platform/retention', 'platform/root-key'],
  'platform/events': ['common', 'config', 'platform/observability', 'platform/database'],

  ...modules({
    sms: '',
    email: '',
    addresses: '',
    users: '',
    audit: 'users',
    tokens: 'audit',
    sending: '',
    messages: '',
    courier: 'messages sms email sending',
    deliveries: 'sms messages',
    passwords: 'users',
    referrals: 'users audit',
    sessions: 'users audit tokens',
    devices: 'users audit sessions',
    challenges: '',
    'sms-budget': 'courier',
    'number-blocks': 'challenges',
    'otp-guard': 'challenges number-blocks sms-budget sending',
    'test-phones': 'users',
    otp: 'users messages courier challenges otp-guard test-phones',
    notices: 'users messages sms-budget test-phones',
    profiles: 'users referrals',
    people: 'users',
    avatars: 'users sessions profiles',
    access: 'users audit tokens sessions passwords',
    auth: 'addresses users otp otp-guard sending sessions referrals profiles passwords audit',
    login: 'addresses users otp otp-guard sending sessions profiles passwords audit auth',
    credentials: 'addresses users otp otp-guard sending sessions passwords audit notices auth',
    contacts: 'addresses users passwords otp otp-guard sending sessions profiles audit notices auth',
    'invite-visits': 'users referrals',
    invites: 'users audit sessions referrals invite-visits',
    'own-referrals': 'users audit sessions passwords referrals profiles invite-visits invites',
    'referral-reports': 'users audit sessions referrals invite-visits invites',
    'referral-graph': 'users audit sessions referrals',
    account: 'users otp sessions devices referrals profiles passwords avatars messages audit notices',
    admin: 'addresses users people otp sessions referrals profiles messages audit notices',
    'sending-desk': 'audit sending',
    commands: 'addresses users people referrals admin sending sending-desk',
    'message-trail': 'users audit sessions messages',
    qa: 'messages otp',
    'page-access': 'users access sessions',
    'page-memory': 'otp referrals invites page-access',
    'sign-in-pages': 'addresses auth login account otp page-access page-memory',
    'confirm-pages': 'auth contacts credentials messages otp qa page-access page-memory',
    'own-referral-pages': 'referrals invites own-referrals page-access page-memory',
    'profile-pages':
      'addresses users profiles account avatars contacts credentials passwords page-access page-memory own-referral-pages',
    'invitee-pages': 'referrals page-access',
    'device-pages': 'devices auth page-access page-memory',
    'inbox-pages': 'qa page-access',
    'people-pages': 'users people admin referral-graph page-access',
    'audit-pages': 'people admin audit page-access',
    'referral-pages': 'users referral-reports referral-graph page-access',
    'operations-pages': 'users admin otp-guard sms-budget sending sending-desk message-trail page-access',
  }),
};

/** Every module may use the whole platform and the modules it names. */
function modules(table) {
  const below = ['common', 'config', 'platform'];
  return Object.fromEntries(
    Object.entries(table).map(([name, used]) => [
      `modules/${name}`,
      [
        ...below,
        ...used
          .split(' ')
          .filter(Boolean)
          .map((use) => `modules/${use}`),
      ],
    ]),
  );
}
