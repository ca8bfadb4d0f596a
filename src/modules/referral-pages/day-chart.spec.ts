import { chartOf, type NamedDay } from './day-chart.js';

const dayOf = (opens: number, at: number): NamedDay => ({
  name: `day ${at + 1}`,
  short: `${at + 1}`,
  opens,
  newPeople: 0,
  activations: opens,
});

const chart = (...opens: readonly number[]) => chartOf(opens.map(dayOf), 'en');
const barsOf = (opens: readonly number[]) => chart(...opens).panels[0]?.bars ?? [];

describe('The chart of days', () => {
  it('shows each series on a scale of its own, one below the other', () => {
    const { panels, height } = chart(10, 20);
    expect(panels.map(({ series }) => series)).toEqual(['opens', 'newPeople', 'activations']);
    const tops = panels.map(({ titleY }) => titleY);
    expect(tops).toEqual([...tops].sort((one, other) => one - other));
    expect(height).toBeGreaterThan(Math.max(...panels.flatMap(({ ticks }) => ticks.map(({ y }) => y))));
    expect(panels.map(({ ticks }) => ticks.map(({ label }) => label))).toEqual([['0', '20'], ['0'], ['0', '20']]);
  });

  it('makes bars as high as the counts, which all stand on the ground', () => {
    const [half = 0, whole] = barsOf([25, 50]).map(({ height }) => height);
    expect(whole).toBe(2 * half);
    expect(new Set(barsOf([25, 50]).map(({ y, height }) => y + height)).size).toBe(1);
  });

  it('shows what is small beside the rest, and nothing where nothing was', () => {
    expect(barsOf([1, 0, 100_000]).map(({ height }) => height > 0)).toEqual([true, true]);
    expect(barsOf([0, 0])).toEqual([]);
  });

  it.each([
    [1, '1'],
    [3, '5'],
    [11, '20'],
    [50, '50'],
    [51, '100'],
    [1_001, '2K'],
    [6_000_000, '10M'],
  ])('has a scale for %i that ends with %s', (most, label) => {
    expect(chart(most).panels[0]?.ticks.at(-1)?.label).toBe(label);
  });

  it.each([
    [1, ['1']],
    [7, ['1', '3', '5', '7']],
    [30, ['1', '8', '16', '23', '30']],
  ])('names some of %i days, the first and the last among them', (days, names) => {
    const { labels, columns } = chart(...Array.from({ length: days }, () => 1));
    expect(labels.map(({ text }) => text)).toEqual(names);
    expect(columns).toHaveLength(days);
  });
});
