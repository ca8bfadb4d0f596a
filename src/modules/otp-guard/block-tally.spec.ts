import { BlockTally } from './block-tally.js';

const MINUTE = 60_000;

describe('The tally of number blocks', () => {
  let now = 0;
  let tally: BlockTally;

  beforeEach(() => {
    now = 1_000_000;
    tally = new BlockTally(() => now);
  });

  const count = (block: string, sent: number, answered = 0) => {
    for (let time = 0; time < sent; time += 1) tally.count(block, 'sent');
    for (let time = 0; time < answered; time += 1) tally.count(block, 'answered');
  };

  it('shows the ten with the most unanswered codes, the worst first, and no number in full', () => {
    for (let index = 0; index < 12; index += 1) count(`+79120${index + 10}`, index + 1);
    count('+7913000', 50, 49);
    const worst = tally.worst();
    expect(worst).toHaveLength(10);
    expect(worst[0]).toEqual({ block: '+7912021****', sent: 12, answered: 0 });
    expect(worst.map(({ block }) => block)).not.toContain('+7913000****');
  });

  it('adds up an hour, and forgets what is older', () => {
    count('+7912000', 2);
    now += 30 * MINUTE;
    count('+7912000', 3, 1);
    expect(tally.worst()).toEqual([{ block: '+7912000****', sent: 5, answered: 1 }]);
    now += 31 * MINUTE;
    expect(tally.worst()).toEqual([{ block: '+7912000****', sent: 3, answered: 1 }]);
    now += 60 * MINUTE;
    expect(tally.worst()).toEqual([]);
  });

  it('is bounded: an attack on all blocks fills no memory', () => {
    for (let index = 0; index < 20_000; index += 1) tally.count(`+${index}`, 'sent');
    count('+0', 5);
    expect(tally.worst()[0]).toEqual({ block: '+0****', sent: 6, answered: 0 });
    count('+19999', 50);
    expect(tally.worst()[0]?.block).toBe('+0****');
  });
});
