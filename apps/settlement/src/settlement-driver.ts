/**
 * The driver that brings the batch under way to its end, whichever process opened it, for as long as the process lives.
 * It never gives a batch up: a stalled batch shows in health, metrics and log lines at growing intervals.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { JournalStore } from '#journal';
import {
  CHAIN_FEE_CAP_DEFAULT_WEI,
  CONFIGURATION,
  HealthRegistry,
  LOGGER,
  Metrics,
  type Configuration,
  type Logger,
} from '#platform';
import { JOURNAL_STORE, Sequencers } from '#wiring';
import { ChainConnection } from './chain-connection.js';
import { ChainMemory } from './chain-memory.js';
import { SettlementRun, type StepResult } from './settlement-run.js';

const IDLE_MS = 1_000;
const WAITING_MS = 250;
const FAILING_FIRST_MS = 250;
const FAILING_MAX_MS = 5 * 60_000;
/** A transaction that is not final after this time deserves a look: Ethereum needs about 15 minutes. */
const WAITING_ALARM_MS = 30 * 60_000;
const WAITING_LOG_FIRST_MS = 60_000;
const STOP_WAIT_MS = 5_000;

/** How long the batch under way has been waiting for the chain, and when that is worth a line. */
interface Wait {
  readonly sinceMs: number;
  nextLineMs: number;
}

@Injectable()
export class SettlementDriver implements OnApplicationBootstrap, OnModuleDestroy {
  readonly run: SettlementRun;
  private isStopping = false;
  private isAlarmed = false;
  private trouble: string | undefined;
  private waiting: Wait | undefined;
  private loop: Promise<void> | undefined;
  private isKicked = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly sequencers: Sequencers,
    @Inject(JOURNAL_STORE) journal: JournalStore,
    chain: ChainConnection,
    memory: ChainMemory,
    private readonly health: HealthRegistry,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: Metrics,
    @Inject(CONFIGURATION) { chainFeeCapWei }: Configuration,
  ) {
    const moments = metrics.counter({
      name: 'airtime_settlement_moments_total',
      help: 'Steps that settlement batches took',
      labels: ['moment'],
    });
    this.run = new SettlementRun({
      sequencers,
      journal,
      chain: () => chain.get(),
      assertKept: (connected) => memory.assertKept(connected),
      feeCapWei: chainFeeCapWei ?? CHAIN_FEE_CAP_DEFAULT_WEI,
      observe: (moment, batch) => {
        moments.inc({ moment });
        this.logger.info({ batch, moment }, 'settlement');
      },
    });
  }

  onApplicationBootstrap(): void {
    this.health.register('settlement', () => this.judge());
    this.showPhase();
    this.loop = this.drive();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    this.wake();
    // A step that waits for a store or a node that is away ends with them; whoever starts next takes it up.
    await Promise.race([this.loop, delay(STOP_WAIT_MS, undefined, { ref: false })]);
  }

  /** Looks for work now instead of at the next tick. */
  kick(): void {
    this.isKicked = true;
    this.wake();
  }

  private judge(): { ok: boolean; detail?: string } {
    if (this.trouble !== undefined) return { ok: false, detail: this.trouble };
    if (this.run.alarm !== undefined) return { ok: false, detail: this.run.alarm };
    const waitedMs = this.waiting === undefined ? 0 : Date.now() - this.waiting.sinceMs;
    return waitedMs < WAITING_ALARM_MS
      ? { ok: true }
      : { ok: false, detail: `the batch under way has waited ${minutes(waitedMs)} min for the chain` };
  }

  private async drive(): Promise<void> {
    let failingMs = FAILING_FIRST_MS;
    while (!this.isStopping) {
      let pauseMs: number;
      try {
        const result = await this.run.step();
        this.trouble = undefined;
        failingMs = FAILING_FIRST_MS;
        this.noteWait(result);
        this.noteAlarm();
        pauseMs = result === 'advanced' ? 0 : result === 'waiting' ? WAITING_MS : IDLE_MS;
      } catch (error) {
        if (this.isStopping) return;
        this.trouble = error instanceof Error ? error.message : String(error);
        this.logger.warn(
          { err: error, pauseMs: failingMs },
          'the settlement step failed; trying again after the pause',
        );
        pauseMs = failingMs;
        failingMs = Math.min(failingMs * 2, FAILING_MAX_MS);
      }
      if (pauseMs > 0) await this.pause(pauseMs);
    }
  }

  /** One line after a minute of waiting, then after two, four, eight: never silent and never a flood. */
  private noteWait(result: StepResult): void {
    if (result !== 'waiting') {
      this.waiting = undefined;
      return;
    }
    const nowMs = Date.now();
    this.waiting ??= { sinceMs: nowMs, nextLineMs: nowMs + WAITING_LOG_FIRST_MS };
    const { sinceMs, nextLineMs } = this.waiting;
    if (nowMs < nextLineMs) return;
    this.waiting.nextLineMs = nowMs + (nowMs - sinceMs);
    this.logger.warn({ waitedMs: nowMs - sinceMs }, 'the settlement batch still waits for the chain');
  }

  /** One line when fees rise above the cap, one when the batch goes on. */
  private noteAlarm(): void {
    const { alarm } = this.run;
    if ((alarm === undefined) === !this.isAlarmed) return;
    this.isAlarmed = alarm !== undefined;
    if (alarm === undefined) this.logger.info('fees are within CHAIN_FEE_CAP_GWEI again; settlement goes on');
    else this.logger.error(`${alarm}; it goes on by itself when they fall, or raise CHAIN_FEE_CAP_GWEI and restart`);
  }

  private async pause(ms: number): Promise<void> {
    if (this.isStopping || this.isKicked) {
      this.isKicked = false;
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = () => undefined;
    this.isKicked = false;
  }

  private showPhase(): void {
    const { registry } = this.sequencers;
    const phase = this.metrics.gauge({
      name: 'airtime_settlement_phase',
      help: '1 for the phase of the batch under way; none while no batch is',
      labels: ['phase'],
      collect: () => {
        phase.reset();
        const { active } = registry.state.settlement;
        if (active !== undefined) phase.set({ phase: active.phase }, 1);
      },
    });
    const feeCap = this.metrics.gauge({
      name: 'airtime_settlement_fee_cap_reached',
      help: '1 while the batch under way waits because the chain asks more than CHAIN_FEE_CAP_GWEI',
      collect: () => {
        feeCap.set(this.run.alarm === undefined ? 0 : 1);
      },
    });
    const breaks = this.metrics.gauge({
      name: 'airtime_breaks_open',
      help: 'Open reconciliation breaks by class',
      labels: ['class'],
      collect: () => {
        breaks.reset();
        for (const found of registry.state.reconciliations.openBreaks.values()) breaks.inc({ class: found.class });
      },
    });
  }
}

function minutes(ms: number): number {
  return Math.floor(ms / 60_000);
}
