import { Controller, Get, Header, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Management, Unlimited } from './route-access.js';

export type { Counter, Gauge, Histogram } from 'prom-client';

/** How a metric is declared. Names start with `airtime_` and end with their unit (`_total`, `_seconds`, `_bytes`). */
export interface MetricDeclaration<L extends string = string> {
  readonly name: `airtime_${string}`;
  readonly help: string;
  readonly labels?: readonly L[];
}

/** The metrics of one service. Declaring a name again returns the same metric, so that modules can share one. */
@Injectable()
export class Metrics implements OnModuleDestroy {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  counter<L extends string = never>({ name, help, labels }: MetricDeclaration<L>): Counter<L> {
    return this.declare(
      name,
      () => new Counter<L>({ name, help, labelNames: [...(labels ?? [])], registers: [this.registry] }),
    );
  }

  /** @param declaration.collect sets the gauge whenever it is read, for what is cheaper to ask than to follow. */
  gauge<L extends string = never>({
    name,
    help,
    labels,
    collect,
  }: MetricDeclaration<L> & { readonly collect?: () => void | Promise<void> }): Gauge<L> {
    return this.declare(
      name,
      () =>
        new Gauge<L>({
          name,
          help,
          labelNames: [...(labels ?? [])],
          registers: [this.registry],
          ...(collect === undefined ? {} : { collect }),
        }),
    );
  }

  /** @param declaration.buckets upper bounds in the metric's unit, ascending; seconds by default. */
  histogram<L extends string = never>({
    name,
    help,
    labels,
    buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  }: MetricDeclaration<L> & { readonly buckets?: readonly number[] }): Histogram<L> {
    return this.declare(
      name,
      () =>
        new Histogram<L>({
          name,
          help,
          labelNames: [...(labels ?? [])],
          buckets: [...buckets],
          registers: [this.registry],
        }),
    );
  }

  onModuleDestroy(): void {
    this.registry.clear();
  }

  private declare<M>(name: string, create: () => M): M {
    return (this.registry.getSingleMetric(name) as M | undefined) ?? create();
  }
}

/** The Prometheus exposition. */
@ApiTags('health')
@Management()
@Unlimited()
@Controller()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get('metrics')
  @ApiOperation({ summary: 'Metrics for Prometheus' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ description: 'the text exposition format', schema: { type: 'string' } })
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  expose(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
