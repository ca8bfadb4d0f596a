import type { MetricObjectWithValues, MetricValue } from 'prom-client';

/** The metrics of one process. */
export type Numbers = readonly MetricObjectWithValues<MetricValue<string>>[];

/** What a process is told by the one that looks after it. */
export type ToMember =
  | { readonly kind: 'stop' }
  | { readonly kind: 'tell'; readonly round: number }
  | { readonly kind: 'gathered'; readonly request: number; readonly text: string };

/** What it says in return. */
export type ToGroup =
  | { readonly kind: 'told'; readonly round: number; readonly numbers: Numbers }
  | { readonly kind: 'gather'; readonly request: number };
