import { blockOf, carried, claimTold, grouped, passToNext, reasons, remembered, sentOf } from './asking.mjs';
import { Attackers, Bystanders } from './attackers.mjs';
import { openBudgeted, sharesOf } from './budget.mjs';
import { atOnce, claim, inTurns, until } from './claims.mjs';
import { newBlock, newNetwork } from './client.mjs';
import { Ledger } from './ledger.mjs';
import { budgetTold, claimAgrees, claimNobodyNamed, scraped } from './metrics.mjs';
import { GAP_SECONDS } from './people.mjs';
import { Random } from './random.mjs';

const PER_NETWORK = 30;
const PER_BLOCK = 15;
const LANES = 150;
/** So late in an hour, that a pause which begins then is there still when the next hour brings a new budget. */
const MINUTES_INTO_HOUR = 50;
/** A breaker looks at codes that are older. */
const BREAKER_LOOKS_AT = 121;
const TRICKLE = 5;
/** Three at a time, one to each process. */
const REPLICAS = 3;
/** Of twenty codes to the fraudsters' block they answer five themselves: too few. */
const OF_FRAUD = { answered: 5, unanswered: 15 };

async function attacked(stage, { requests, networks, blocks, holding, seed, shares }) {
  const ledger = new Ledger(stage);
  const bystanders = new Bystanders(stage, ledger);
  const attackers = new Attackers(new Random(seed), { networks, blocks });
  await bystanders.becomeKnown(shares.reserve);
  await passToNext(stage, 'hour');
  await stage.passTime(MINUTES_INTO_HOUR * 60);
  const before = { messages: stage.gateway.received.length, asked: ledger.asked.length };

  const targets = (await bystanders.askForCodes(holding)).filter((_, nth) => nth % 2 === 0);
  const fraud = await runFraud(stage, ledger);
  await stage.passTime(GAP_SECONDS);
  await onTheirPhones(ledger, targets);
  await Promise.all([mass(ledger, attackers, requests / 2), bystanders.knownSignIn(0)]);
  await stage.passTime(GAP_SECONDS);
  await Promise.all([mass(ledger, attackers, requests / 2), atTheirPhonesAgain(ledger, { targets, attackers })]);
  await bystanders.knownSignIn(1);
  await bystanders.answerCodes();

  const asked = ledger.asked.slice(before.asked);
  const answered = new Set(ledger.answered.map(({ phone }) => phone));
  const told = await claimBounded(stage, { asked, answered, before, known: shares.reserve, shares });
  await claimShown(stage, { ledger, spent: stage.gateway.received.length - before.messages, shares });
  const paused = await claimPaused(stage, ledger, fraud);
  return `${told}; ${bystanders.number} people signed in meanwhile, ${targets.length} with codes to phones that strangers asked for as well; /metrics agree; ${paused}`;
}

const mass = (ledger, attackers, requests) => inTurns(requests, () => ledger.ask(attackers.next()), { lanes: LANES });

/** Strangers are sent codes to phones whose owners hold one. */
async function onTheirPhones(ledger, targets) {
  const asked = await inTurns(targets.length, (nth) => ledger.ask({ phone: targets[nth], from: newNetwork() }));
  claim(sentOf(asked).length === asked.length, `strangers were to disturb code holders, but: ${reasons(asked)}`);
}

const atTheirPhonesAgain = (ledger, { targets, attackers }) =>
  inTurns(targets.length * 5, (nth) => ledger.ask({ phone: targets[nth % targets.length], from: attackers.network }));

/** Fraudsters who earn by what is sent to a block, and answer some codes to look honest. Answers its next phone, and one of theirs. */
async function runFraud(stage, ledger) {
  const next = newBlock();
  const inThrees = (times) =>
    inTurns(times, () => ledger.ask({ phone: next(), from: newNetwork() }), { lanes: REPLICAS });
  const own = await inThrees(OF_FRAUD.answered);
  const known = await stage.value('SELECT count(DISTINCT contact)::int FROM otp_known_networks');
  await Promise.all(own.map((each) => ledger.answer(each)));
  await remembered(stage, known + OF_FRAUD.answered);
  const others = await inThrees(OF_FRAUD.unanswered);
  claim(
    sentOf(others).length === OF_FRAUD.unanswered,
    `the fraudsters were to get their codes, but: ${reasons(others)}`,
  );
  return { next, own: own[0] };
}

/** What the gateway got is what the hour may cost; whoever was refused was told so. */
async function claimBounded(stage, { asked, answered, before, known, shares: { slice, reserve } }) {
  claimTold(asked);
  await carried(stage);
  const spent = stage.gateway.received.length - before.messages;
  claim(
    spent === sentOf(asked).length,
    `${sentOf(asked).length} codes were answered 202, ${spent} reached the gateway`,
  );
  const strangers = spent - known;
  claim(strangers <= slice - reserve && spent <= slice, `${spent} SMS, of which ${strangers} to strangers, were sent`);
  claim(
    asked.some(({ reason }) => reason === 'sms.unavailable'),
    'the attack did not meet the budget',
  );
  const unanswered = asked.filter(({ phone }) => !answered.has(phone));
  claimMost(unanswered, ({ from }) => from, PER_NETWORK);
  claimMost(unanswered, blockOf, PER_BLOCK);
  return `${asked.length} requests: ${reasons(asked)}, of which ${strangers} to strangers (${slice - reserve} may be)`;
}

function claimMost(asked, keyOf, most) {
  const greatest = Math.max(...[...grouped(asked, keyOf).values()].map((group) => sentOf(group).length));
  claim(greatest <= most, `${greatest} codes where ${most} may be`);
}

async function claimShown(stage, { ledger, spent, shares: { daily, slice, reserve } }) {
  const processes = await scraped(stage);
  claimAgrees(processes, ledger);
  claimNobodyNamed(processes, [...new Set(ledger.asked.map(({ phone }) => phone))]);
  const told = budgetTold(processes);
  const [today] = await stage.sql(
    `SELECT sum(spent + reserve_spent)::int AS spent FROM sms_budget WHERE hour >= date_trunc('day', clock_now(), 'UTC')`,
  );
  claim(told.daily === daily && told.spentToday === today.spent, `the budget is told as ${JSON.stringify(told)}`);
  const left = slice - spent;
  claim(
    told.left === 0 && told.reserveLeft === left,
    `${left} of ${reserve} are left, told is ${JSON.stringify(told)}`,
  );
}

/** The next request after two minutes shows the block to its breaker; then only a trickle goes there, but to whoever asks where they signed in. */
async function claimPaused(stage, ledger, { next, own }) {
  const stranger = () => ledger.ask({ phone: next(), from: newNetwork() });
  await stage.passTime(BREAKER_LOOKS_AT);
  await stranger();
  const pauses = () => stage.value('SELECT count(*)::int FROM paused_blocks WHERE paused_until > clock_now()');
  await until(pauses, { what: 'the pause of the fraudsters’ block' });
  await passToNext(stage, 'hour');
  const asked = await atOnce(TRICKLE + 5, stranger);
  claimTold(asked);
  const trickles = sentOf(asked).length === TRICKLE && asked.every(({ answer }) => [202, 503].includes(answer.status));
  claim(trickles, `a paused block gets ${reasons(asked)}`);
  claim((await pauses()) === 1, 'another block is paused');
  const elsewhere = await ledger.ask({ phone: own.phone, from: newNetwork() });
  claim(elsewhere.answer.status === 503, `a paused block tells who is known: ${elsewhere.reason}`);
  const known = await ledger.ask({ phone: own.phone, from: own.from });
  claim(known.reason === 'sent', `whoever asks where they signed in is refused: ${known.reason}`);
  return `the block that answered ${OF_FRAUD.answered} of ${OF_FRAUD.answered + OF_FRAUD.unanswered} is paused but for ${TRICKLE}`;
}

/** Somebody runs up the bill for SMS, from everywhere, while others sign in. */
export const attackProofs = [
  {
    name: 'sms-attack',
    open: openBudgeted,
    prove: ({ stage, short, seed }) =>
      attacked(stage, {
        seed,
        shares: sharesOf(short),
        ...(short
          ? { requests: 600, networks: 400, blocks: 1, holding: 8 }
          : { requests: 5_000, networks: 3_000, blocks: 5, holding: 40 }),
      }),
  },
];
