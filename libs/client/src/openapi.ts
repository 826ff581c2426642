// Written by `npm run docs:write` from the API document. Changes belong into the controllers.
export interface paths {
    readonly "/health": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What every part says about itself, for operators */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description the parts, ready or not */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["HealthAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/health/live": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The process answers */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description alive */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["LiveAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/health/ready": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The service can do its work; else the failing parts are named */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description this way in too */
                    readonly for?: "kafka";
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description ready */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ReadinessAnswer"];
                    };
                };
                /** @description not ready or stopping */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ReadinessAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/metrics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Metrics for Prometheus */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description the text exposition format */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "text/plain": string;
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/access/check": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Whether a holder reaches a tier now */
        readonly get: {
            readonly parameters: {
                readonly query: {
                    /** @description Such as acme */
                    readonly holder: string;
                    /** @description Such as gold */
                    readonly tier: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["AccessAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/accounts/{account}/entries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** An account’s entries with the balance after each, in both directions from any instant */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Time of record, included; an RFC 3339 instant or a UTC day. Without it: from the beginning */
                    readonly from?: string;
                    /** @description Time of record; an instant is excluded, a UTC day that has ended is included whole. Without it: to now */
                    readonly to?: string;
                    /** @description Entries of this type alone. An answer may have few of them, or none, and still a nextCursor */
                    readonly type?: "BudgetSet" | "BudgetThresholdsReached" | "Burned" | "ChainRegistered" | "ClawbackFilled" | "CompoundingSet" | "CustomerTermsSet" | "EmissionAllowed" | "EmissionPolicyPublished" | "EmissionPolicyScheduled" | "EmissionScheduled" | "EntryRestored" | "EntryReversed" | "EpochEnded" | "GrantActivated" | "GrantExpired" | "GrantIssued" | "GrantVoided" | "HoldCaptured" | "HoldExpired" | "HoldExtended" | "HoldReleased" | "HoldReserved" | "JournalFounded" | "KeyIssued" | "KeyRevoked" | "KycChanged" | "LossAccepted" | "MintAllowed" | "MintBooked" | "Minted" | "PageVoided" | "PartyRegistered" | "PayablesCut" | "PriceBookPublished" | "ProposalClosed" | "ProposalOpened" | "ProposalWeighed" | "ReceivablesCovered" | "ReconciliationRecorded" | "RewardCompleted" | "RewardReceived" | "RewardsCut" | "RootsChanged" | "SettlementConfirmed" | "SettlementEmpty" | "SettlementOpened" | "SettlementPlanned" | "SettlementReverted" | "SettlementSigned" | "Slashed" | "SplitPolicyPublished" | "StakeTimeCut" | "Staked" | "StakingPolicyPublished" | "TierSet" | "TokensBoughtBack" | "TokensEmitted" | "TopUpRequested" | "TopicRegistered" | "TransferCompleted" | "TransferReceived" | "TransferSent" | "Unbonded" | "Unstaked" | "UsageBatchAnswered" | "UsageCharged" | "UsageConflicted" | "UsageRejected" | "UsdRatePublished" | "VoteCast" | "WalletSet" | "WeightsCut" | "WriterAdmitted" | "WriterDismissed" | "YieldClosed" | "YieldOpened" | "YieldPaid" | "YieldPartPaid" | "YieldPlanned";
                    /** @description Which entries come first */
                    readonly order?: "newest" | "oldest";
                    /** @description Begins in the middle: half of the answer is of before this instant, or of a UTC day’s end, and half of after. A cursor goes on from there */
                    readonly around?: string;
                    /** @description With the entry’s postings; then limit is at most 100 */
                    readonly postings?: "true" | "false";
                };
                readonly header?: never;
                readonly path: {
                    readonly account: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["AccountEntriesAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/breaks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Breaks between ledger and chain, the oldest first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    readonly state?: "open" | "closed";
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["BreaksAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/budgets/{path}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A ceiling, and what is used and left of it */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now */
                    readonly asOf?: string;
                };
                readonly header?: never;
                readonly path: {
                    readonly path: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["BudgetAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Set the ceiling at a path such as acme/research/key-7, whose first segment is the customer */
        readonly put: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path: {
                    readonly path: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["BudgetBody"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["BudgetSetAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/burns": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Take a holder’s tokens out of existence */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["SupplyBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/buy-backs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Burn tokens that were bought from their holder */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["BuyBackBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/chains": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Chains that payouts may go to, with their contracts, highest chain id first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ChainsAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        /**
         * Register the settlement contracts of the chain that CHAIN_RPC_URL leads to
         * @description With deploy they are deployed first, once: a deployment that was broken off is found again. Repeating it changes nothing.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["ChainBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ChainAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/console/links": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** A link that signs a browser of this machine in, once and within ten minutes */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["LinkAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/console/session": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Sign a browser in, by a key or by a sign-in link; the cookie is for scripts out of reach */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["SessionBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["SessionAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Sign this browser out */
        readonly delete: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EndedAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/dead-letters": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Usage from Kafka that could not be applied, newest first
         * @description Of messages only: what HTTP refuses is answered and not kept. At most 100000 are kept; what was replayed or dismissed is forgotten after 90 days, or earlier where room is needed, and what comes while all are unsettled is in the dead-letter topic alone.
         */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description When they were rejected, included; an RFC 3339 instant or a UTC day */
                    readonly from?: string;
                    /** @description When they were rejected; an instant is excluded, a UTC day that has ended is included whole */
                    readonly to?: string;
                    /** @description Such as UNKNOWN_CUSTOMER */
                    readonly reason?: string;
                    /** @description unsettled: open, replaying or failing. Not given: unsettled in a list, open or failing in a write */
                    readonly state?: "open" | "replaying" | "failing" | "replayed" | "dismissed" | "unsettled" | "all";
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["DeadLettersAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/dead-letters/dismissals": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Settle all letters that match without charging them; who did it and why is kept */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["DismissalBody"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["DismissalAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/dead-letters/reasons": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** How many there are by reason and state, and what is at stake; one item for each reason */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description When they were rejected, included; an RFC 3339 instant or a UTC day */
                    readonly from?: string;
                    /** @description When they were rejected; an instant is excluded, a UTC day that has ended is included whole */
                    readonly to?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ReasonsAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/dead-letters/replays": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Charge the usage of all letters that match, as if it had come now
         * @description In the background: GET /v1/dead-letters/replays/{id} says how far it is. What is charged already is a duplicate and charged no more; what fails again stays with its new reason. With dryRun nothing is written, and the answer says what would become of the newest 1,000.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["ReplayBody"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ReplayAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/dead-letters/replays/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** How far a replay is */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ReplayAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/dead-letters/{topic}/{partition}/{offset}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One message that could not be applied: its key, value and headers up to 16 KiB */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly topic: string;
                    readonly partition: string;
                    readonly offset: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["LetterDetails"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/entries/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One entry with its postings, versions, source, page and proof */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryDetails"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/entries/{id}/balances": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** An entry’s postings with the balances before and after each */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryBalances"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/entries/{id}/explanation": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What made an amount: usage, prices, versions, split, grants, hold, budgets, page and proof */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryExplanation"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/grants": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Grant tokens to a holder, with a kind, a priority, a beginning and an end */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["GrantBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["GrantAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/grants/{grant}/void": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Take back what is left of a grant */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path: {
                    readonly grant: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["VoidBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["GrantAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/holders/{id}/balance": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A holder’s balances, now or as of any past instant; a customer’s key sees its own */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now */
                    readonly asOf?: string;
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["BalanceAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/holders/{id}/budgets": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A customer’s ceilings, ascending by path */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now */
                    readonly asOf?: string;
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["BudgetsAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/holders/{id}/compounding": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Say whether a holder’s yield is staked at once */
        readonly put: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["CompoundingBody"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/holders/{id}/entries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** All entries that concern a holder, with the balances before and after, in both directions from any instant */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Time of record, included; an RFC 3339 instant or a UTC day. Without it: from the beginning */
                    readonly from?: string;
                    /** @description Time of record; an instant is excluded, a UTC day that has ended is included whole. Without it: to now */
                    readonly to?: string;
                    /** @description Entries of this type alone. An answer may have few of them, or none, and still a nextCursor */
                    readonly type?: "BudgetSet" | "BudgetThresholdsReached" | "Burned" | "ChainRegistered" | "ClawbackFilled" | "CompoundingSet" | "CustomerTermsSet" | "EmissionAllowed" | "EmissionPolicyPublished" | "EmissionPolicyScheduled" | "EmissionScheduled" | "EntryRestored" | "EntryReversed" | "EpochEnded" | "GrantActivated" | "GrantExpired" | "GrantIssued" | "GrantVoided" | "HoldCaptured" | "HoldExpired" | "HoldExtended" | "HoldReleased" | "HoldReserved" | "JournalFounded" | "KeyIssued" | "KeyRevoked" | "KycChanged" | "LossAccepted" | "MintAllowed" | "MintBooked" | "Minted" | "PageVoided" | "PartyRegistered" | "PayablesCut" | "PriceBookPublished" | "ProposalClosed" | "ProposalOpened" | "ProposalWeighed" | "ReceivablesCovered" | "ReconciliationRecorded" | "RewardCompleted" | "RewardReceived" | "RewardsCut" | "RootsChanged" | "SettlementConfirmed" | "SettlementEmpty" | "SettlementOpened" | "SettlementPlanned" | "SettlementReverted" | "SettlementSigned" | "Slashed" | "SplitPolicyPublished" | "StakeTimeCut" | "Staked" | "StakingPolicyPublished" | "TierSet" | "TokensBoughtBack" | "TokensEmitted" | "TopUpRequested" | "TopicRegistered" | "TransferCompleted" | "TransferReceived" | "TransferSent" | "Unbonded" | "Unstaked" | "UsageBatchAnswered" | "UsageCharged" | "UsageConflicted" | "UsageRejected" | "UsdRatePublished" | "VoteCast" | "WalletSet" | "WeightsCut" | "WriterAdmitted" | "WriterDismissed" | "YieldClosed" | "YieldOpened" | "YieldPaid" | "YieldPartPaid" | "YieldPlanned";
                    /** @description Which entries come first */
                    readonly order?: "newest" | "oldest";
                    /** @description Begins in the middle: half of the answer is of before this instant, or of a UTC day’s end, and half of after. A cursor goes on from there */
                    readonly around?: string;
                    /** @description With the entry’s postings; then limit is at most 100 */
                    readonly postings?: "true" | "false";
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["HolderEntriesAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/holders/{id}/explanation": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Each of a holder’s accounts as sums by type of entry that add up to its balance */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now */
                    readonly asOf?: string;
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["BalanceExplanation"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/holders/{id}/explanation/entries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The entries of one type that make a part of an account’s balance, oldest first */
        readonly get: {
            readonly parameters: {
                readonly query: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now */
                    readonly asOf?: string;
                    /** @description An account of the holder. Such as customer:acme:available */
                    readonly account: string;
                    /** @description Such as UsageCharged */
                    readonly type: string;
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ExplainedEntries"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/holders/{id}/grants": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A holder’s grants, oldest first: whatever arrived, and what is left of it */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now */
                    readonly asOf?: string;
                    readonly state?: "pending" | "active" | "spent" | "expired" | "voided";
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["GrantsAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/holders/{id}/holds": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A customer’s holds, newest first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    readonly state?: "open" | "captured" | "released" | "expired";
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["HoldsAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/holders/{id}/receivables": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What a customer owes for usage, oldest first, and its sums by age */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now */
                    readonly asOf?: string;
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["OwedAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/holders/{id}/stakes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What a holder has staked, and what is on its way back */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now */
                    readonly asOf?: string;
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["StakesAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/holds": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Reserve tokens of a customer for usage to come */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["HoldBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["HoldAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/holds/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One hold: what it reserves of which grants, and how it ended */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["HoldItem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/holds/{id}/capture": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Take an amount by a hold without usage; the rest goes back */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["CaptureBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["HoldAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/holds/{id}/extend": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Reserve more by a hold, or until another instant */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["ExtendBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["HoldAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/holds/{id}/release": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Give a hold up: all that it reserves goes back */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["HoldAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/jobs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Jobs, newest first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    readonly state?: "queued" | "running" | "cancelled" | "done" | "failed";
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["JobsAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/jobs/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** How far a job is, what it has come to so far, and why it failed */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["JobAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/jobs/{id}/cancel": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Break a job off; what it has done stays done */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["JobAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/jobs/{id}/differences": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What a job changes for each customer, or for each provider, by name */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    readonly by?: "customer" | "provider";
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["JobDifferencesAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/jobs/{id}/resume": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Have a job that was broken off, or failed, go on where it was */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["JobAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/journal/pages": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Pages of a shard, with everything their digests cover; about four megabytes an answer */
        readonly get: {
            readonly parameters: {
                readonly query: {
                    /** @description Such as 2 */
                    readonly shard: number;
                    /** @description Height of the first page */
                    readonly from?: number;
                    readonly limit?: number;
                    /** @description nextCursor of the answer before, instead of from */
                    readonly cursor?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["PagesAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/journal/shards": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The journal’s shards and where each ends */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description A past instant, RFC 3339, or a past day: every shard is closed up to it before it is answered. Without it: as they are */
                    readonly asOf?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ShardsAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/kafka/skips": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Go on behind a batch that cannot be read
         * @description Only the offsets of the batch at which a partition stopped; 409 PARTITION_NOT_STOPPED otherwise. They are recorded as rejected usage with code SKIPPED. The partition goes on within seconds, whichever process owns it.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["SkipBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["SkipAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/kafka/topics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Kafka topics that usage is taken from, in the order of their registration */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["TopicsAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        /**
         * Register a Kafka topic that usage is to be taken from, under a name of its own
         * @description Of the cluster that this service is connected to. A topic that was made anew, or another cluster, is another topic: it needs another name. The first topic is registered by itself.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["TopicBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["TopicAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/keys": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Every key that was issued, the newest first; never a secret */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["KeysAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        /** Issue a key for a role; the secret is shown this once */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["KeyBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["KeyAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/keys/{keyId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Revoke a key */
        readonly delete: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path: {
                    readonly keyId: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/ledger/supply": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Minted, burned, and where the supply is, with the law’s checks */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now */
                    readonly asOf?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["SupplyAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/ledger/trial-balance": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** All accounts in groups, with totals */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now */
                    readonly asOf?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["TrialBalanceAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/ledger/trial-balance/accounts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** All accounts, or those of one group; give asOf so that all pages of the list belong together */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now */
                    readonly asOf?: string;
                    /** @description Only accounts of this group. Such as customer:*:available */
                    readonly group?: string;
                    /** @description Also what changed since this instant, or this UTC day’s end; not after asOf */
                    readonly since?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["AccountBalancesAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/ledger/verify": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Recompute the whole journal and compare the books; one at a time */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["VerificationAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/me": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The caller: role, own party, and the routes that take the role */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["MeAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/mints": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Issue tokens to a holder */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["SupplyBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/parties": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Customers and providers, with KYC state and payout wallets */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    readonly kyc?: "unverified" | "pending" | "verified" | "review_due" | "expired" | "rejected" | "suspended" | "offboarded";
                    readonly role?: "customer" | "provider";
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["PartiesAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        /** Register a customer, a provider or both; its KYC state begins as unverified */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["PartyBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/parties/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A party with its KYC state and wallets; a provider’s key sees its own */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["PartyAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/parties/{id}/kyc": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Move a party to another KYC state */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["KycBody"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/parties/{id}/terms": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Change what is agreed with a customer: its credit limit, and when it is to be topped up */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["TermsBody"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/parties/{id}/wallets": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Set the wallet that payouts on a chain go to */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["WalletBody"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/payouts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Payouts, newest first; a provider’s key sees its own */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Such as p7 */
                    readonly provider?: string;
                    readonly state?: "cut" | "signed" | "confirmed" | "reverted";
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["PayoutsAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/payouts/withheld": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What the compliance gate keeps out of payouts now, and why */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["WithheldListAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/payouts/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One transfer: its batch’s steps, gas, and the pages that it is the sum of */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["PayoutDetails"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/payouts/{id}/entries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The very charges, coverings and corrections that a payout pays */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Only this entry, when it is one of them. Such as 2-17-0 */
                    readonly entry?: string;
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["PayoutEntriesAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/policies/emission": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Published emission policies, newest version first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EmissionPoliciesAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/policies/emission/{version}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Publish what is minted at the end of each epoch, and to whom; a version never changes */
        readonly put: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path: {
                    readonly version: number;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["EmissionPolicyBody"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/policies/split": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Published split policies, newest version first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["SplitPoliciesAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/policies/split/{version}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Publish a split policy; a version never changes */
        readonly put: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path: {
                    readonly version: number;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["SplitPolicyBody"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/policies/staking": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Published staking policies, newest version first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["StakingPoliciesAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/policies/staking/{version}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Publish how long unbonding takes, and what a finder has of a slash; a version never changes */
        readonly put: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path: {
                    readonly version: number;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["StakingPolicyBody"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/price-books": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Published price books, newest version first; a provider’s key sees its own lines */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["PriceBooksAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/price-books/{version}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One price book, whole; a provider’s key sees its own lines */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    readonly version: number;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["PriceBookItem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Publish a price book; a version never changes */
        readonly put: {
            readonly parameters: {
                readonly query?: {
                    /** @description Answer what it would change, and write nothing */
                    readonly dryRun?: "true" | "false";
                };
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path: {
                    readonly version: number;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["PriceBookBody"];
                };
            };
            readonly responses: {
                /** @description The entry that published it; of a dry run what it would change */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"] | components["schemas"]["PriceBookTrial"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/price-books/{version}/difference": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Which lines a price book adds to another one, lacks of it, and prices otherwise */
        readonly get: {
            readonly parameters: {
                readonly query: {
                    /** @description The version to compare with. Such as 1 */
                    readonly from: number;
                };
                readonly header?: never;
                readonly path: {
                    readonly version: number;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["PriceBookDifference"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/projections/rebuild": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Fold the read models again from the first page; readers see the old ones until it is done */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["RebuildAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/projections/verify": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Replay the whole journal and compare every read model with the replay; one at a time */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["TablesComparisonAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/proposals": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Proposals, newest first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ProposalsAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        /** Put a proposal to the vote: what holders have now is what their votes weigh */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["ProposalBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ProposalMadeAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/proposals/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One proposal: its tally and, once it has closed, its result */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ProposalAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/proposals/{id}/votes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The votes that count, by voter */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["VotesAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        /** Vote for a holder; its last vote before the end counts */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["VoteBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/proposals/{id}/weights": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What votes weigh, by holder */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["WeightsAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/proposals/{id}/weights/{holder}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What the vote of one holder weighs, and how it voted */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                    readonly holder: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["HolderVoteAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/providers/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A provider’s KYC state, payout wallets, and whether the next batch pays it */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ProviderAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/providers/{id}/earnings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What a provider earned and was paid in a period, and what is owed to it now */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Time of record, included; an RFC 3339 instant or a UTC day. Without it: from the beginning */
                    readonly from?: string;
                    /** @description Time of record; an instant is excluded, a UTC day that has ended is included whole. Without it: to now */
                    readonly to?: string;
                    /** @description Without it there are no items; day means the days of `zone`, UTC unless given */
                    readonly groupBy?: "day" | "model" | "customer";
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EarningsAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/quotes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** What a usage would cost if it were charged now; nothing is written */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["QuoteBody"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["QuoteAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rates": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Published rates of the token in dollars, newest version first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["UsdRatesAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rates/{version}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Publish what a token is worth in dollars; a version never changes */
        readonly put: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path: {
                    readonly version: number;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["UsdRateBody"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/reconciliations": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Reconciliations, newest first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ReconciliationsAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        /** Compare the ledger with the chain at its final block */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ReconciliationAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/reconciliations/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One reconciliation with its breaks */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ReconciliationDetails"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/reports/large-movements": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Mints, burns, transfers and payouts from a threshold up, newest first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Time of record, included; an RFC 3339 instant or a UTC day. Without it: from the beginning */
                    readonly from?: string;
                    /** @description Time of record; an instant is excluded, a UTC day that has ended is included whole. Without it: to now */
                    readonly to?: string;
                    /** @description csv answers the whole report at once, without a cursor */
                    readonly format?: "json" | "csv";
                    /** @description Tokens: movements of at least this amount */
                    readonly threshold?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["LargeMovementsReport"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/reports/receivables": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What customers owe, by age: 0 to 30, 31 to 60, 61 to 90 and over 90 days */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now */
                    readonly asOf?: string;
                    /** @description csv answers the whole report at once, without a cursor */
                    readonly format?: "json" | "csv";
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["AgeingReport"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/reports/split": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Who got what of paid usage in a period */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Time of record, included; an RFC 3339 instant or a UTC day. Without it: from the beginning */
                    readonly from?: string;
                    /** @description Time of record; an instant is excluded, a UTC day that has ended is included whole. Without it: to now */
                    readonly to?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["SplitReport"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/reports/structured-movements": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Series of small movements that together reach a threshold within a window
         * @description At least `count` movements of one holder and kind, each below `below`, within `windowHours`, whose sum reaches `below`.
         */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Time of record, included; an RFC 3339 instant or a UTC day. Without it: from the beginning */
                    readonly from?: string;
                    /** @description Time of record; an instant is excluded, a UTC day that has ended is included whole. Without it: to now */
                    readonly to?: string;
                    /** @description csv answers the whole report at once, without a cursor */
                    readonly format?: "json" | "csv";
                    /** @description Tokens: each movement is below this, and together they reach it */
                    readonly below?: string;
                    readonly windowHours?: number;
                    readonly count?: number;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["StructuredMovementsReport"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/reports/usage": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Meter totals and amounts, by day, customer, provider or model; of a customer with its own key */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description First UTC day, included; a day or its midnight. Without it: from the beginning */
                    readonly from?: string;
                    /** @description Last UTC day, included whole; its midnight is excluded. Without it: to the end */
                    readonly to?: string;
                    readonly groupBy?: "day" | "customer" | "provider" | "model";
                    /** @description Only what this customer used; for a customer’s own key nothing else */
                    readonly customer?: string;
                    /** @description Only what this provider served */
                    readonly provider?: string;
                    /** @description Only usage of this model */
                    readonly model?: string;
                    /** @description csv answers the whole report at once, without a cursor */
                    readonly format?: "json" | "csv";
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["UsageReport"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/reratings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Rate usage again by a price book, as a job: what costs another amount is taken back and charged anew
         * @description Meant is what was recorded when the job begins and has its own time from `from` on and before `to`. Its split policy and its rate of the token stay, void usage is passed over, and no budget or credit limit refuses anything. With `dryRun` nothing is written, and the job says what would change.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["ReratingBody"];
                };
            };
            readonly responses: {
                /** @description The job; follow it with GET /v1/jobs/{id} */
                readonly 202: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["JobAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/reversals": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Take an entry back: its legs, grants, budgets and what was covered since, by a linked entry; a reversal, too */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["ReversalBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["ReversalAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/search": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What a text names: an entry, a party, an account */
        readonly get: {
            readonly parameters: {
                readonly query: {
                    /** @description An id of an entry, a party, an account. Such as 2-17-0 */
                    readonly q: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["SearchAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/settlements": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Settlement batches, newest first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    readonly phase?: "opened" | "planned" | "signed" | "empty" | "confirmed" | "reverted";
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["SettlementsAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        /**
         * Cut, pay and book a settlement batch now
         * @description A batch that finds nothing to pay and no supply to move ends as empty.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 202: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["SettlementAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/settlements/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One batch: phase, payouts, what was withheld, transaction, heads and steps */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["SettlementDetails"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/slashes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Take tokens for a fault: of what unbonds first, then of the stake */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["SlashBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["SlashAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/stakes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Stake tokens that were purchased or earned and have no end */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["StakeBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/stream": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Heads of shards, lags and counts, live
         * @description Server-sent events of the type state, whose data is a WatchedState, once a second. At most 100 at once, 10 of a key. Ends with the session or the key.
         */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description Ends after so many events. Without it: never by itself */
                    readonly count?: number;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description server-sent events; the data of each is this */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "text/event-stream": components["schemas"]["WatchedState"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tiers": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Tiers and what they ask for, by their names */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["TiersAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tiers/{tier}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Set what a tier asks for: all that is given must be reached */
        readonly put: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                };
                readonly path: {
                    readonly tier: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["TierBody"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/top-up-requests": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Customers whose funds fell below their threshold, newest first: each is told once */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                    /** @description Such as acme */
                    readonly customer?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["TopUpsAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/transfers": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Move tokens from one holder to another */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["TransferBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/unstakes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Take a part of a stake back: it earns no more, and is available when it has unbonded */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["StakeBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["UnstakeAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/usage": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Charge usage events; answered when they are durable */
        readonly post: {
            readonly parameters: {
                readonly query?: {
                    /** @description Whether the answer says what each event was charged */
                    readonly detail?: "true" | "false";
                };
                readonly header?: {
                    /** @description the same key with the same body is answered once; required where the call moves value */
                    readonly "Idempotency-Key"?: string;
                    /** @description Binary mode, with the event's data as an application/json body; percent-encoded. Such as 1.0 */
                    readonly "ce-specversion"?: string;
                    /** @description Binary mode, with the event's data as an application/json body; percent-encoded. Such as req-1 */
                    readonly "ce-id"?: string;
                    /** @description Binary mode, with the event's data as an application/json body; percent-encoded. Such as gateway/eu-1 */
                    readonly "ce-source"?: string;
                    /** @description Binary mode, with the event's data as an application/json body; percent-encoded. Such as ai.compute.usage */
                    readonly "ce-type"?: string;
                    /** @description Binary mode, with the event's data as an application/json body; percent-encoded. Such as 2026-11-22T10:00:00Z */
                    readonly "ce-time"?: string;
                    /** @description Binary mode, with the event's data as an application/json body; percent-encoded. Such as acme */
                    readonly "ce-subject"?: string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/cloudevents+json": components["schemas"]["UsageEvent"] | readonly components["schemas"]["UsageEvent"][] | components["schemas"]["UsageData"];
                    readonly "application/cloudevents-batch+json": components["schemas"]["UsageEvent"] | readonly components["schemas"]["UsageEvent"][] | components["schemas"]["UsageData"];
                    readonly "application/json": components["schemas"]["UsageEvent"] | readonly components["schemas"]["UsageEvent"][] | components["schemas"]["UsageData"];
                };
            };
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["UsageAnswerBody"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/usage-corrections": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Void a usage or replace it: its charge is taken back by a linked entry, and its id is never charged again otherwise */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["UsageCorrectionBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["UsageCorrectionAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/writers": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Who may write the journal */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["WritersAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/writers/losses": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Shards that are halted since pages are missing that somebody remembers
         * @description As this service sees it; a service that remembers more says so in its health check.
         */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["LossesAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/writers/refused-pages": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The page at a height, if it is refused, and why
         * @description Empty where the journal has no such page, or where it counts.
         */
        readonly get: {
            readonly parameters: {
                readonly query: {
                    /** @description As the health check names it. Such as 2 */
                    readonly shard: number;
                    /** @description As the health check names it. Such as 41 */
                    readonly height: number;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["RefusedPagesAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/writers/statements": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Record what a root key has stated: on writers, void pages, accepted losses and the root keys themselves */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["StatementBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["EntryAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/yield-distributions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Distributions of yield, newest first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["DistributionsAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        /**
         * Share out the rewards of stakers as of the end of an epoch, by stake and time within it
         * @description What cannot be divided is carried to the next distribution. An epoch may not overlap an earlier one.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    readonly "Idempotency-Key": string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": components["schemas"]["DistributionBody"];
                };
            };
            readonly responses: {
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["DistributionOpenedAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/yield-distributions/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One distribution: what there was, what was paid and carried, and the share of each staker */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly limit?: number;
                    /** @description nextCursor of the answer before; opaque */
                    readonly cursor?: string;
                    /** @description Answers the whole list to its end as a file, with the SHA-256 of it in its last line */
                    readonly export?: "csv" | "jsonl";
                    /** @description With export=csv: the zone that times are written in, such as Asia/Tokyo */
                    readonly zone?: string;
                    /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                    readonly position?: readonly string[];
                };
                readonly header?: never;
                readonly path: {
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": components["schemas"]["DistributionAnswer"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly "4XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description a problem (RFC 9457) */
                readonly default: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly AccessAnswer: {
            readonly allowed: boolean;
            /** @description What it lacks, in words */
            readonly reason: string;
            /** @example gold */
            readonly tier: string;
            /** @description What the holder has of what the tier asks for */
            readonly measured: components["schemas"]["TierBody"];
            /** @description What the tier asks for */
            readonly needed: components["schemas"]["TierBody"];
            /** @description The newest page that was looked at */
            readonly position: components["schemas"]["PositionAnswer"];
        };
        readonly AccountBalanceItem: {
            /** @example customer:acme:available */
            readonly account: string;
            readonly asset: string;
            readonly debit: string;
            readonly credit: string;
            readonly balance: string;
            /** @description With since: balance minus what it was then */
            readonly change?: string;
        };
        readonly AccountBalancesAnswer: {
            readonly asOf: string | null;
            readonly since: string | null;
            readonly items: readonly components["schemas"]["AccountBalanceItem"][];
            readonly nextCursor: string | null;
            /** @description true: the instant or period is over and closed, nothing can be recorded in it any more; false: more may come */
            readonly closed: boolean;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly AccountEntriesAnswer: {
            readonly nextCursor: string | null;
            /** @description With around: the cursor of what comes before this answer, for the same list in the other order */
            readonly previousCursor?: string | null;
            /** @description true: the instant or period is over and closed, nothing can be recorded in it any more; false: more may come */
            readonly closed: boolean;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
            readonly items: readonly components["schemas"]["AccountEntryItem"][];
        };
        readonly AccountEntryItem: {
            /** @example 2-17-0 */
            readonly id: string;
            /** @example UsageCharged */
            readonly type: string;
            /** @description By the one who reported it; null: it is no time */
            readonly time: string | null;
            readonly recordedAt: string;
            readonly actor: string;
            readonly source: components["schemas"]["KafkaSource"] | components["schemas"]["ReplaySource"] | components["schemas"]["RequestSource"] | components["schemas"]["JobSource"] | components["schemas"]["SystemSource"];
            readonly holder: string | null;
            readonly counterparty: string | null;
            /** @description The whole entry, both sides, with what was there before and after each */
            readonly postings?: readonly components["schemas"]["PostingBalances"][];
            /** @description Signed: what the entry added to the account */
            readonly amount: string;
            /** @description Of the account over all shards, in the order of this list */
            readonly balanceAfter: string;
            /** @description Of the account’s part in the entry’s shard */
            readonly shardBalanceAfter: string;
        };
        readonly AgedAmounts: {
            /**
             * @description The sum of all ages: what the receivable accounts hold
             * @example 8.5
             */
            readonly receivable: string;
            /**
             * @description Booked at most 30 whole days before
             * @example 5
             */
            readonly days0To30: string;
            /** @example 3.5 */
            readonly days31To60: string;
            /** @example 0 */
            readonly days61To90: string;
            /**
             * @description Booked 91 whole days before, or earlier
             * @example 0
             */
            readonly over90Days: string;
        };
        readonly AgeingReport: {
            readonly asOf: string | null;
            /** @description Of all customers, not only of this answer */
            readonly totals: components["schemas"]["AgedAmounts"];
            readonly items: readonly components["schemas"]["OwingItem"][];
            readonly nextCursor: string | null;
            /** @description true: the instant or period is over and closed, nothing can be recorded in it any more; false: more may come */
            readonly closed: boolean;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly BalanceAnswer: {
            /** @example acme */
            readonly holder: string;
            /** @example AIR */
            readonly asset: string;
            /** @description null: now */
            readonly asOf: string | null;
            /**
             * @description Can be spent
             * @example 12.5
             */
            readonly available: string;
            /** @description Reserved for usage that has not been reported */
            readonly held: string;
            readonly staked: string;
            readonly unbonding: string;
            /** @description Earned as a provider and not yet in a settlement batch */
            readonly payable: string;
            /** @description Earned as a provider and kept out of payouts by the compliance gate */
            readonly withheld: string;
            /** @description What the customer owes for usage that no balance covered; positive */
            readonly receivable: string;
            /** @description Earned as a provider, payable once its customers cover it */
            readonly uncovered: string;
            /** @description What a provider was paid for what was taken back since; its next earnings fill it; positive */
            readonly clawback: string;
            /** @description granted to a holder, to be spent from a later instant on */
            readonly pending: string;
            /** @description true: the instant or period is over and closed, nothing can be recorded in it any more; false: more may come */
            readonly closed: boolean;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly BalanceExplanation: {
            /** @example acme */
            readonly holder: string;
            /** @example AIR */
            readonly asset: string;
            /** @description null: now */
            readonly asOf: string | null;
            /** @description Every account of the holder that was ever moved */
            readonly accounts: readonly components["schemas"]["BalanceExplanationAccount"][];
            /** @description true: the instant or period is over and closed, nothing can be recorded in it any more; false: more may come */
            readonly closed: boolean;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly BalanceExplanationAccount: {
            /** @example customer:acme:available */
            readonly account: string;
            /** @description The member of the balance that it is, or is part of */
            readonly kind: string | null;
            /** @description Signed, credits minus debits; what is owed stands below zero */
            readonly balance: string;
            readonly sums: readonly components["schemas"]["BalanceExplanationSum"][];
            /** @description The sums add up to the balance */
            readonly addsUp: boolean;
        };
        readonly BalanceExplanationSum: {
            /** @example UsageCharged */
            readonly type: string;
            /** @description Signed: what these entries added to the account */
            readonly amount: string;
            /** @description How many they are */
            readonly entries: number;
            /** @description Lists them, each with its explanation */
            readonly href: string;
        };
        readonly BreakAnswer: {
            readonly key: string;
            /** @example MISSING_ON_CHAIN */
            readonly class: string;
            readonly detail: string;
            readonly ledger: string;
            readonly chain: string;
            /** @description When a reconciliation first found it */
            readonly since: string;
            readonly ageSeconds: number;
        };
        readonly BreakItem: {
            /** @description The same in every run that finds it */
            readonly key: string;
            /** @example MISSING_ON_CHAIN */
            readonly class: string;
            readonly detail: string;
            /** @description What the ledger says */
            readonly ledger: string;
            /** @description What the chain says */
            readonly chain: string;
            /** @enum {string} */
            readonly state: "open" | "closed";
            readonly since: string;
            readonly lastSeen: string;
            readonly closedAt: string | null;
            /** @description From its finding until now, or until it was closed */
            readonly ageSeconds: number;
            /** @enum {string} */
            readonly ageing: "under_1h" | "1h_to_24h" | "1d_to_7d" | "7d_to_30d" | "over_30d";
        };
        readonly BreaksAnswer: {
            readonly items: readonly components["schemas"]["BreakItem"][];
            readonly nextCursor: string | null;
        };
        readonly BudgetAnswer: {
            /** @example acme/research/key-7 */
            readonly path: string;
            /** @example 100 */
            readonly limit: string;
            /** @enum {string} */
            readonly period: "total" | "day" | "week" | "month";
            /** @enum {string} */
            readonly onExceed: "reject" | "receivable";
            /**
             * @example [
             *       50,
             *       80,
             *       100
             *     ]
             */
            readonly thresholds: readonly number[];
            /** @description Of the period, by the time of booking */
            readonly used: string;
            /** @description Reserved by open holds */
            readonly held: string;
            /** @description What was owed in the period instead of used */
            readonly exceeded: string;
            /** @description What may still be used or held; 0 where a lowered limit lies below what was */
            readonly remaining: string;
            readonly periodStart: string;
            /** @description null: it counts in total */
            readonly periodEnd: string | null;
            /** @description Thresholds that were told in the period */
            readonly reached: readonly components["schemas"]["ReachedThreshold"][];
            /** @description When nothing remains, if use goes on as in the last 24 hours; absent where nothing was used */
            readonly runsDryAt?: string;
        };
        readonly BudgetBody: {
            /**
             * @description Tokens, a decimal string with at most 18 fraction digits; "0": nothing
             * @example 100
             */
            readonly limit: string;
            /**
             * @description UTC; weeks begin on Monday
             * @enum {string}
             */
            readonly period: "total" | "day" | "week" | "month";
            /**
             * @description What becomes of usage beyond the ceiling: it is refused, or the part beyond is owed
             * @enum {string}
             */
            readonly onExceed: "reject" | "receivable";
            /**
             * @description Per cent of the limit at which it is told
             * @example [
             *       50,
             *       80,
             *       100
             *     ]
             */
            readonly thresholds?: readonly number[];
        };
        readonly BudgetSetAnswer: {
            /** @example acme/research/key-7 */
            readonly path: string;
            /** @example 100 */
            readonly limit: string;
            /** @enum {string} */
            readonly period: "total" | "day" | "week" | "month";
            /** @enum {string} */
            readonly onExceed: "reject" | "receivable";
            /**
             * @example [
             *       50,
             *       80,
             *       100
             *     ]
             */
            readonly thresholds: readonly number[];
            /** @description Of the period */
            readonly used: string;
            /** @description Reserved by open holds */
            readonly held: string;
            /** @description What was owed in the period instead of used */
            readonly exceeded: string;
            readonly remaining: string;
            readonly periodStart: string;
            /** @description null: it counts in total */
            readonly periodEnd: string | null;
            /**
             * @description The journal entry
             * @example 2-17-0
             */
            readonly entry: string;
            readonly position: components["schemas"]["PositionAnswer"];
        };
        readonly BudgetsAnswer: {
            readonly items: readonly components["schemas"]["BudgetAnswer"][];
            readonly nextCursor: string | null;
        };
        readonly BurnedBy: {
            /** @description Burns, and grants that were voided */
            readonly command: string;
            /** @description What was bought from its holders */
            readonly buyBack: string;
            /** @description The burn share of usage, and what holds gave back of grants that were voided meanwhile */
            readonly usage: string;
            /** @description What reversals took out, less what they issued again of what had been burned; below zero where that is more */
            readonly reversal: string;
            /** @description Of slashed stakes, without what their finders had */
            readonly slash: string;
        };
        readonly BuyBackBody: {
            /**
             * @description Who sold them
             * @example acme
             */
            readonly holder: string;
            /**
             * @description Tokens, of what the holder purchased or earned and has no end; a decimal string with at most 18 fraction digits
             * @example 1000.5
             */
            readonly amount: string;
            /**
             * @description Dollars for all of them together; they moved outside of the ledger
             * @example 20.01
             */
            readonly paid: string;
            /** @example buy-back of November, bank order 4711 */
            readonly reason: string;
        };
        readonly CapAnswer: {
            /** @description The version of the emission policy */
            readonly policy: number;
            readonly cap: string;
            /** @description cap minus supply, 0 where the supply is above it: what can be minted */
            readonly room: string;
        };
        readonly CaptureBody: {
            /** @example 10 */
            readonly amount: string;
            /**
             * @description Who earns it; without it the treasury
             * @example p7
             */
            readonly provider?: string;
        };
        readonly ChainAnswer: {
            /** @example 31337 */
            readonly chainId: number;
            /** @description Hash of the chain’s first block; every start compares it */
            readonly genesisHash: string;
            readonly token: string;
            /** @description keccak-256 of the token’s code; every start compares it */
            readonly tokenCodeHash: string;
            readonly vault: string;
            /** @description keccak-256 of the vault’s code; every start compares it */
            readonly vaultCodeHash: string;
            /** @description The account that settles; it needs the chain’s coin for gas */
            readonly signer: string;
            readonly deployBlock: string;
            /** @description False when the chain was registered before, with these contracts */
            readonly isNew: boolean;
            readonly entry?: string;
            readonly position?: components["schemas"]["RegisteredAt"];
        };
        readonly ChainBody: {
            /** @description Deploy new contracts, unless unused ones of ours stand already */
            readonly deploy?: boolean;
            /** @description Without deploy: the vault that stands already and was never used */
            readonly vault?: string;
            /** @description With deploy: who grants roles and resumes after a pause; default: the signer */
            readonly admin?: string;
            /** @description With deploy: who may stop all settlement; default: the signer */
            readonly guardian?: string;
        };
        readonly ChainItem: {
            /** @example 31337 */
            readonly chainId: number;
            /** @description Hash of the chain’s first block */
            readonly genesisHash: string;
            readonly token: string;
            /** @description keccak-256 of the token’s code */
            readonly tokenCodeHash: string;
            readonly vault: string;
            /** @description keccak-256 of the vault’s code */
            readonly vaultCodeHash: string;
            readonly deployBlock: string;
        };
        readonly ChainSupply: {
            /** @example 31337 */
            readonly chainId: number;
            /** @description The token’s totalSupply(), as the ledger has it */
            readonly supply: string;
            /** @description Tokens in the settlement vault, as the ledger has it */
            readonly vault: string;
            /** @description supply minus vault: paid out to providers */
            readonly withdrawn: string;
        };
        readonly ChainsAnswer: {
            readonly items: readonly components["schemas"]["ChainItem"][];
            readonly nextCursor: string | null;
        };
        readonly ChangedLine: {
            readonly from: components["schemas"]["PriceLineBody"];
            readonly to: components["schemas"]["PriceLineBody"];
        };
        readonly ChangedLines: {
            readonly added: number;
            readonly removed: number;
            readonly changed: number;
        };
        readonly ChargedUsageAnswer: {
            /** @description Place of the event in the batch, from 0 */
            readonly index: number;
            readonly id: string;
            /**
             * @description The charge
             * @example 0-17-3
             */
            readonly entry: string;
            /** @description Tokens */
            readonly amount: string;
            /** @description The part that is owed */
            readonly receivable?: string;
        };
        readonly CheckAnswer: {
            /** @example total supply */
            readonly name: string;
            /** @description Tokens */
            readonly ledger: string;
            /** @description Tokens */
            readonly chain: string;
            readonly agrees: boolean;
        };
        readonly CheckedPart: {
            readonly ok: boolean;
            readonly detail?: string;
        };
        readonly ComparedAmount: {
            readonly events: number;
            /** @description Tokens, as recorded */
            readonly before: string;
            /** @description Tokens, by the new price book */
            readonly after: string;
            /** @description after less before */
            readonly difference: string;
        };
        readonly ComparedCustomer: {
            readonly events: number;
            /** @description Tokens, as recorded */
            readonly before: string;
            /** @description Tokens, by the new price book */
            readonly after: string;
            /** @description after less before */
            readonly difference: string;
            readonly customer: string;
        };
        readonly ComparedProvider: {
            readonly events: number;
            /** @description Tokens, as recorded */
            readonly before: string;
            /** @description Tokens, by the new price book */
            readonly after: string;
            /** @description after less before */
            readonly difference: string;
            readonly provider: string;
        };
        readonly ComparedShard: {
            readonly shard: number;
            /** @description How far the tables included the shard when they were compared */
            readonly height: number;
        };
        readonly ComparedTableAnswer: {
            /** @example balances */
            readonly table: string;
            /** @description The replay gave the same rows */
            readonly ok: boolean;
            /** @description Rows of the table */
            readonly rows: number;
            /** @description Rows of its replay */
            readonly replayedRows: number;
        };
        readonly CompoundingBody: {
            /** @description Whether what is paid from here on is staked at once */
            readonly compounding: boolean;
        };
        readonly CustomerDifference: {
            readonly events: number;
            /** @description Tokens, as recorded */
            readonly before: string;
            /** @description Tokens, by the other price book */
            readonly after: string;
            /** @description after less before */
            readonly difference: string;
            readonly customer: string;
        };
        readonly CutHead: {
            readonly shard: number;
            readonly height: number;
            readonly hash: string;
        };
        readonly DeadLettersAnswer: {
            readonly items: readonly components["schemas"]["LetterItem"][];
            readonly nextCursor: string | null;
        };
        readonly DifferenceAmount: {
            readonly events: number;
            /** @description Tokens, as recorded */
            readonly before: string;
            /** @description Tokens, by the other price book */
            readonly after: string;
            /** @description after less before */
            readonly difference: string;
        };
        readonly DifferenceItem: {
            readonly events: number;
            /** @description Tokens, as recorded */
            readonly before: string;
            /** @description Tokens, by the other price book */
            readonly after: string;
            /** @description after less before */
            readonly difference: string;
            /** @description The customer or provider */
            readonly name: string;
        };
        readonly DismissalAnswer: {
            readonly id: string;
            readonly reason: string;
            /** @example key:k-3f9a */
            readonly actor: string;
            /** Format: date-time */
            readonly orderedAt: string;
            readonly dismissed: number;
        };
        readonly DismissalBody: {
            /** @description Which letters; at least one of its members but state */
            readonly filter: components["schemas"]["LetterFilterBody"];
            /** @example the customer is registered now */
            readonly reason: string;
        };
        readonly DistributionAnswer: {
            /** @example 4-31-0 */
            readonly distribution: string;
            /** @description The epoch begins */
            readonly from: string;
            /** @description It ends before this instant */
            readonly to: string;
            /**
             * @description paid: every staker has its share
             * @enum {string}
             */
            readonly state: "open" | "paid";
            readonly openedAt: string;
            readonly closedAt: string | null;
            /** @description The rewards of all shards as of the end, and what was carried. Once it is there, all figures are final */
            readonly funded: string | null;
            /** @description The sum of the shares, each rounded down */
            readonly paid: string | null;
            /** @description funded minus paid: for the next distribution */
            readonly carried: string | null;
            /** @description Of all stakers: tokens times milliseconds */
            readonly stakeTime: string | null;
            /** @description By holder; there once the figures are final */
            readonly stakers: readonly components["schemas"]["YieldStakerItem"][];
            /** @description Of the stakers */
            readonly nextCursor: string | null;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly DistributionBody: {
            /**
             * @description The epoch begins; RFC 3339
             * @example 2026-11-01T00:00:00Z
             */
            readonly from: string;
            /**
             * @description It ends before this instant, at most 31 days ago
             * @example 2026-11-08T00:00:00Z
             */
            readonly to: string;
        };
        readonly DistributionItem: {
            /** @example 4-31-0 */
            readonly distribution: string;
            /** @description The epoch begins */
            readonly from: string;
            /** @description It ends before this instant */
            readonly to: string;
            /**
             * @description paid: every staker has its share
             * @enum {string}
             */
            readonly state: "open" | "paid";
            readonly openedAt: string;
            readonly closedAt: string | null;
            /** @description The rewards of all shards as of the end, and what was carried. Once it is there, all figures are final */
            readonly funded: string | null;
            /** @description The sum of the shares, each rounded down */
            readonly paid: string | null;
            /** @description funded minus paid: for the next distribution */
            readonly carried: string | null;
            /** @description Of all stakers: tokens times milliseconds */
            readonly stakeTime: string | null;
        };
        readonly DistributionOpenedAnswer: {
            /**
             * @description The journal entry, as GET /v1/entries/{id} knows it
             * @example 2-17-0
             */
            readonly entry: string;
            /**
             * @description The same as `entry`
             * @example 2-17-0
             */
            readonly id: string;
            readonly position: components["schemas"]["PositionAnswer"];
            /**
             * @description Follow it with GET /v1/yield-distributions/{id}
             * @example 4-31-0
             */
            readonly distribution: string;
        };
        readonly DistributionsAnswer: {
            readonly items: readonly components["schemas"]["DistributionItem"][];
            readonly nextCursor: string | null;
        };
        readonly EarningItem: {
            /**
             * @description The day, model or customer; empty: no model
             * @example 2026-11-22
             */
            readonly key: string;
            /** @description Its share of what was charged, covered or not, less what was taken back */
            readonly amount: string;
            /** @description Charges less those taken back; null by day */
            readonly events: number | null;
        };
        readonly EarningsAnswer: {
            /** @example p7 */
            readonly provider: string;
            /** @example AIR */
            readonly asset: string;
            readonly from: string | null;
            readonly to: string | null;
            /** @description Became payable in the period */
            readonly earned: string;
            /** @description Confirmed on chain in the period */
            readonly paid: string;
            /** @description Now: waits for the next batch */
            readonly payable: string;
            /** @description Now: in a batch that is not final */
            readonly inTransit: string;
            /** @description Now: earned, but not covered by its customers yet */
            readonly uncovered: string;
            /** @description Now: kept out of payouts, and why */
            readonly withheld: components["schemas"]["WithheldAnswer"] | null;
            /** @description opening + earned is the sum of the others */
            readonly statement: components["schemas"]["EarningsStatement"];
            /** @enum {string|null} */
            readonly groupBy: "day" | "model" | "customer" | null;
            /** @description Whose days are meant */
            readonly zone: string;
            /** @description Of the period, ascending; every day is there */
            readonly items: readonly components["schemas"]["EarningItem"][];
            readonly nextCursor: string | null;
            /** @description true: the instant or period is over and closed, nothing can be recorded in it any more; false: more may come */
            readonly closed: boolean;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly EarningsStatement: {
            /** @description Owed to it, or paid and to be given back, when the period began */
            readonly opening: string;
            /** @description Its share of what was charged in the period, covered or not, less what was taken back */
            readonly earned: string;
            /** @description Confirmed on chain in the period */
            readonly paid: string;
            /** @description At the end of the period: waits for the next batch */
            readonly payable: string;
            /** @description Then: in a batch that is not final */
            readonly inTransit: string;
            /** @description Then: kept out of payouts */
            readonly withheld: string;
            /** @description Then: waits for its customers to cover it */
            readonly uncovered: string;
            /** @description Then, zero or below: was paid, taken back since, and is filled by what is earned next */
            readonly clawback: string;
        };
        readonly EmissionPoliciesAnswer: {
            readonly items: readonly components["schemas"]["EmissionPolicyItem"][];
            readonly nextCursor: string | null;
        };
        readonly EmissionPolicyBody: {
            /**
             * @description The first epoch begins; epochs that are over by now are caught up one by one, at most 10,000
             * @example 2026-01-01T00:00:00Z
             */
            readonly effectiveAt: string;
            /** @enum {string} */
            readonly kind: "fixed" | "halving" | "decay" | "inflation";
            /**
             * @description How long an epoch is, as ISO 8601 writes durations: weeks, or days and shorter
             * @example P1D
             */
            readonly epoch: string;
            /**
             * @description Of `fixed`: what each epoch mints
             * @example 50
             */
            readonly amount?: string;
            /**
             * @description Of `halving`: what each of the first `period` epochs mints
             * @example 50
             */
            readonly initial?: string;
            /**
             * @description Of `halving`: after so many epochs each mints half as much
             * @example 210000
             */
            readonly period?: number;
            /**
             * @description Of `decay`: what all epochs together may mint; what an earlier policy of this kind left goes on instead
             * @example 1000000
             */
            readonly remaining?: string;
            /**
             * @description Of `decay`: each epoch leaves num / den of what remains
             * @example 9
             */
            readonly num?: number;
            /** @example 10 */
            readonly den?: number;
            /**
             * @description Of `inflation`: what a year mints, in basis points of the supply over all shards; each epoch is of what was outstanding as it began, and carries to the next what it leaves of an atto
             * @example 500
             */
            readonly bps?: number;
            /**
             * @description Of `inflation`: into how many epochs a year is divided
             * @example 365
             */
            readonly epochs?: number;
            /**
             * @description What is outstanding, minted less burned, stays at or below this: a mint or a grant beyond it is 422 SUPPLY_CAP_EXCEEDED, an epoch is cut. Without it there is no limit
             * @example 1000000000
             */
            readonly cap?: string;
            /** @description Whom each epoch gives to; what they leave of 10,000 basis points stays in treasury:emission */
            readonly recipients: readonly components["schemas"]["EmissionRecipientBody"][];
        };
        readonly EmissionPolicyItem: {
            /**
             * @description The first epoch begins; epochs that are over by now are caught up one by one, at most 10,000
             * @example 2026-01-01T00:00:00Z
             */
            readonly effectiveAt: string;
            /** @enum {string} */
            readonly kind: "fixed" | "halving" | "decay" | "inflation";
            /**
             * @description How long an epoch is, as ISO 8601 writes durations: weeks, or days and shorter
             * @example P1D
             */
            readonly epoch: string;
            /**
             * @description Of `fixed`: what each epoch mints
             * @example 50
             */
            readonly amount?: string;
            /**
             * @description Of `halving`: what each of the first `period` epochs mints
             * @example 50
             */
            readonly initial?: string;
            /**
             * @description Of `halving`: after so many epochs each mints half as much
             * @example 210000
             */
            readonly period?: number;
            /**
             * @description Of `decay`: what all epochs together may mint; what an earlier policy of this kind left goes on instead
             * @example 1000000
             */
            readonly remaining?: string;
            /**
             * @description Of `decay`: each epoch leaves num / den of what remains
             * @example 9
             */
            readonly num?: number;
            /** @example 10 */
            readonly den?: number;
            /**
             * @description Of `inflation`: what a year mints, in basis points of the supply over all shards; each epoch is of what was outstanding as it began, and carries to the next what it leaves of an atto
             * @example 500
             */
            readonly bps?: number;
            /**
             * @description Of `inflation`: into how many epochs a year is divided
             * @example 365
             */
            readonly epochs?: number;
            /**
             * @description What is outstanding, minted less burned, stays at or below this: a mint or a grant beyond it is 422 SUPPLY_CAP_EXCEEDED, an epoch is cut. Without it there is no limit
             * @example 1000000000
             */
            readonly cap?: string;
            /** @description Whom each epoch gives to; what they leave of 10,000 basis points stays in treasury:emission */
            readonly recipients: readonly components["schemas"]["EmissionRecipientBody"][];
            readonly version: number;
        };
        readonly EmissionRecipientBody: {
            /** @enum {string} */
            readonly account: "treasury:emission" | "treasury:fees" | "staking:rewards";
            /**
             * @description Basis points of what each epoch mints
             * @example 4000
             */
            readonly bps: number;
        };
        readonly EndedAnswer: {
            /** @enum {boolean} */
            readonly ended: true;
        };
        readonly EntryAnswer: {
            /**
             * @description The journal entry, as GET /v1/entries/{id} knows it
             * @example 2-17-0
             */
            readonly entry: string;
            /**
             * @description The same as `entry`
             * @example 2-17-0
             */
            readonly id: string;
            readonly position: components["schemas"]["PositionAnswer"];
        };
        readonly EntryBalances: {
            /** @example 2-17-0 */
            readonly id: string;
            readonly postings: readonly components["schemas"]["PostingBalances"][];
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly EntryDetails: {
            /** @example 2-17-0 */
            readonly id: string;
            /** @example UsageCharged */
            readonly type: string;
            /** @description When it happened, by the one who reported it */
            readonly time: string;
            readonly recordedAt: string;
            /** @example key:k-3f9a */
            readonly actor: string;
            readonly source: components["schemas"]["KafkaSource"] | components["schemas"]["ReplaySource"] | components["schemas"]["RequestSource"] | components["schemas"]["JobSource"] | components["schemas"]["SystemSource"];
            readonly postings: readonly components["schemas"]["PostingAnswer"][];
            /** @description Quantities by meter, for usage */
            readonly meters: {
                readonly [key: string]: string;
            } | null;
            /** @description The versions that made the amount, for usage */
            readonly versions: components["schemas"]["EntryVersions"] | null;
            /** @description The event as recorded; amounts in it are atto-tokens. Null for a customer’s key */
            readonly event: {
                readonly [key: string]: unknown;
            } | null;
            readonly page: components["schemas"]["PageHeader"];
            /** @description Null for a customer’s key. hash = SHA-256 of header; header names bodyDigest = SHA-256 of the body; event is line `line` (from 0) of the body, which GET /v1/journal/pages gives */
            readonly proof: components["schemas"]["EntryProof"] | null;
        };
        readonly EntryExplanation: {
            /** @example 2-17-0 */
            readonly id: string;
            /** @example UsageCharged */
            readonly type: string;
            /** @description What happened and why, in a sentence */
            readonly summary: string;
            /** @description When it happened, by the one who reported it */
            readonly time: string;
            readonly recordedAt: string;
            /** @example key:k-3f9a */
            readonly actor: string;
            readonly origin: components["schemas"]["KafkaSource"] | components["schemas"]["ReplaySource"] | components["schemas"]["RequestSource"] | components["schemas"]["JobSource"] | components["schemas"]["SystemSource"];
            /** @description What the entry is about; missing: it moves nothing */
            readonly amount?: string;
            /** @description By which rule usage was booked whose own time lies in an earlier state */
            readonly late?: string;
            readonly usage?: components["schemas"]["ExplanationUsage"];
            readonly rating?: components["schemas"]["ExplanationRating"];
            /** @description Not for a customer’s key */
            readonly split?: components["schemas"]["ExplanationSplit"];
            readonly paid?: components["schemas"]["ExplanationPaid"];
            readonly hold?: components["schemas"]["ExplanationHold"];
            readonly budget?: components["schemas"]["ExplanationBudget"];
            readonly owed?: components["schemas"]["ExplanationOwed"];
            /** @description What a covering paid for */
            readonly covers?: readonly components["schemas"]["ExplanationCover"][];
            /** @description Each holder’s part of an entry about several */
            readonly parts?: readonly components["schemas"]["ExplanationPart"][];
            /** @description What else it says of why */
            readonly facts?: {
                readonly [key: string]: unknown;
            };
            /** @description Paths of the explanations of entries that it names, and of what took it back since (`reversedBy`) and the charge that took its place (`replacedBy`) */
            readonly entries?: {
                readonly [key: string]: string;
            };
            /** @description Whether the parts add up to what was recorded */
            readonly checks: readonly components["schemas"]["ExplanationCheck"][];
            readonly postings: readonly components["schemas"]["PostingAnswer"][];
            readonly page: components["schemas"]["ExplanationPage"];
            /** @description Not for a customer’s key */
            readonly proof?: components["schemas"]["ExplanationProof"];
        };
        readonly EntryItem: {
            /** @example 2-17-0 */
            readonly id: string;
            /** @example UsageCharged */
            readonly type: string;
            /** @description By the one who reported it; null: it is no time */
            readonly time: string | null;
            readonly recordedAt: string;
            readonly actor: string;
            readonly source: components["schemas"]["KafkaSource"] | components["schemas"]["ReplaySource"] | components["schemas"]["RequestSource"] | components["schemas"]["JobSource"] | components["schemas"]["SystemSource"];
            readonly holder: string | null;
            readonly counterparty: string | null;
            /** @description The whole entry, both sides, with what was there before and after each */
            readonly postings?: readonly components["schemas"]["PostingBalances"][];
        };
        readonly EntryProof: {
            readonly header: string;
            readonly line: number;
            readonly lines: number;
            readonly event: string;
            /** @description The path of the page that holds the body */
            readonly body: string;
        };
        readonly EntryVersions: {
            readonly priceBook: number;
            readonly splitPolicy: number;
        };
        readonly ExplainedEntries: {
            readonly items: readonly components["schemas"]["ExplainedEntry"][];
            readonly nextCursor: string | null;
        };
        readonly ExplainedEntry: {
            /** @example 2-17-0 */
            readonly id: string;
            /** @description By the one who reported it; null: it is no time */
            readonly time: string | null;
            readonly recordedAt: string;
            /** @description Signed: what it added to the account */
            readonly amount: string;
            /** @description What made it */
            readonly href: string;
        };
        readonly ExplanationBudget: {
            /** @example acme/research/key-7 */
            readonly path: string;
            /** @description UTC, by booking */
            readonly day: string;
            readonly used: string;
            /** @description What no ceiling had room for: it is owed */
            readonly exceeded: string;
            /** @description The path and all above it */
            readonly paths: readonly string[];
            /** @description Those of them that were budgets when it was booked: each counts it */
            readonly budgets: readonly string[];
        };
        readonly ExplanationCheck: {
            /** @example lines sum to the amount */
            readonly rule: string;
            readonly holds: boolean;
        };
        readonly ExplanationCover: {
            readonly source: string;
            readonly id: string;
            readonly provider: string;
            readonly amount: string;
            /** @description The entry that left it owed */
            readonly entry?: string;
            readonly href?: string;
        };
        readonly ExplanationCovering: {
            /** @example 2-17-0 */
            readonly entry: string;
            readonly amount: string;
            readonly href: string;
        };
        readonly ExplanationHold: {
            readonly hold: string;
            /** @description What it was: one that was not open paid nothing */
            readonly state: string;
            readonly reserved: string;
            readonly used: readonly components["schemas"]["ExplanationUse"][];
            /** @description Went back to its grants */
            readonly returned: readonly components["schemas"]["ExplanationUse"][];
            /** @description Of grants that had ended */
            readonly lapsed: readonly components["schemas"]["ExplanationUse"][];
        };
        readonly ExplanationLine: {
            /** @description A meter, or minimum */
            readonly meter: string;
            readonly quantity: string;
            /** @description Of the tier in which the quantity ends, for so many units */
            readonly price: string;
            /** @example 1000000 */
            readonly per: string;
            /** @enum {string} */
            readonly currency: "token" | "usd";
            /** @description Tokens, rounded down to the atto */
            readonly amount: string;
            /** @description Where several tiers price the quantity */
            readonly parts?: readonly components["schemas"]["ExplanationLinePart"][];
        };
        readonly ExplanationLinePart: {
            readonly quantity: string;
            readonly price: string;
        };
        readonly ExplanationOwed: {
            /** @description What was owed when it was booked */
            readonly amount: string;
            /** @description What of it the covers below paid */
            readonly covered: string;
            readonly covers: readonly components["schemas"]["ExplanationCovering"][];
            /** @description There are more covers than are listed */
            readonly truncated: boolean;
        };
        readonly ExplanationPage: {
            readonly shard: number;
            readonly height: number;
            /** @description The entry’s line in the page, from 0 */
            readonly index: number;
            readonly recordedAt: string;
            readonly hash: string;
            /** @description The key that signed the page */
            readonly writer: string;
            /** @description Ed25519 over the page’s header */
            readonly signature: string;
        };
        readonly ExplanationPaid: {
            /** @description What funds paid, of the hold or of what was available */
            readonly amount: string;
            readonly grants: readonly components["schemas"]["ExplanationUse"][];
        };
        readonly ExplanationPart: {
            readonly of: string;
            readonly amount: string;
        };
        readonly ExplanationProof: {
            /** @description Its SHA-256 is the page’s hash, and the signature is over it */
            readonly header: string;
            readonly bodyDigest: string;
            readonly previousHash: string;
            /** @description The entry’s line of the body, whose SHA-256 is bodyDigest */
            readonly event: string;
            /** @description The path of the page that holds the body */
            readonly body: string;
        };
        readonly ExplanationProvenance: {
            readonly dataset?: string;
            readonly licence?: string;
            /** @description SHA-256 */
            readonly contentHash?: string;
        };
        readonly ExplanationRating: {
            readonly priceBook: number;
            /** @description `version` and `usdPerToken` */
            readonly usdRate?: {
                readonly [key: string]: unknown;
            };
            /** @description What the customer’s month had of each meter before the usage, and with it */
            readonly counted?: {
                readonly [key: string]: unknown;
            };
            readonly lines: readonly components["schemas"]["ExplanationLine"][];
            /** @description What rating again by these versions gives: the sum of the lines */
            readonly amount: string;
        };
        readonly ExplanationShare: {
            /** @enum {string} */
            readonly of: "provider" | "treasury" | "stakers" | "burn";
            readonly basisPoints: number;
            readonly amount: string;
            /** @description What of it is the remainder of the division */
            readonly remainder: string;
            /** @description What the postings gave, paid or waiting to be covered */
            readonly posted: string;
        };
        readonly ExplanationSplit: {
            readonly splitPolicy: number;
            readonly shares: readonly components["schemas"]["ExplanationShare"][];
        };
        readonly ExplanationUsage: {
            readonly source: string;
            readonly id: string;
            readonly type: string;
            readonly subject: string;
            readonly provider: string;
            readonly model: string;
            readonly region?: string;
            /** @description Of the data that was used */
            readonly provenance?: components["schemas"]["ExplanationProvenance"];
            readonly meters: {
                readonly [key: string]: string;
            };
        };
        readonly ExplanationUse: {
            /** @example 2-17-0 */
            readonly grant: string;
            readonly amount: string;
            /** @description Explains what was granted */
            readonly href: string;
        };
        readonly ExtendBody: {
            /**
             * @description What is added
             * @example 3
             */
            readonly amount?: string;
            /** @description At most 24 hours from now, earlier or later than before */
            readonly expiresAt?: string;
        };
        readonly FinalBlock: {
            readonly number: string | null;
            readonly hash: string;
        };
        readonly FindingAnswer: {
            /**
             * @description BOOKS_DIFFER and BOOKS_BEHIND concern the tables, the rest the journal
             * @example PAGE_UNSOUND
             */
            readonly class: string;
            readonly shard: number;
            /** @description 0: the shard as a whole */
            readonly height: number;
            /** @description The event’s place in its page */
            readonly index?: number;
            readonly account?: string;
            readonly detail: string;
        };
        readonly FoundBreak: {
            /** @description The same in every run that finds it */
            readonly key: string;
            /** @example MISSING_ON_CHAIN */
            readonly class: string;
            readonly detail: string;
            /** @description What the ledger says */
            readonly ledger: string;
            /** @description What the chain says */
            readonly chain: string;
            /** @description When a reconciliation first found it */
            readonly since: string;
            readonly ageSeconds: number;
            /** @enum {string} */
            readonly ageing: "under_1h" | "1h_to_24h" | "1d_to_7d" | "7d_to_30d" | "over_30d";
        };
        readonly FoundItem: {
            /** @enum {string} */
            readonly kind: "entry" | "party" | "account";
            /** @example 2-17-0 */
            readonly id: string;
            /** @example UsageCharged */
            readonly title: string;
            /** @description The path of the route that answers it */
            readonly href: string;
        };
        readonly GrantAnswer: {
            /**
             * @description The journal entry, as GET /v1/entries/{id} knows it
             * @example 2-17-0
             */
            readonly entry: string;
            /**
             * @description The same as `entry`
             * @example 2-17-0
             */
            readonly id: string;
            readonly position: components["schemas"]["PositionAnswer"];
            /**
             * @description The grant, as GET /v1/holders/{id}/grants lists it
             * @example 2-17-0
             */
            readonly grant: string;
        };
        readonly GrantBody: {
            /** @example acme */
            readonly holder: string;
            /**
             * @description Tokens, a decimal string with at most 18 fraction digits
             * @example 25
             */
            readonly amount: string;
            /**
             * @description Only what is purchased or earned and has no end can be sent on
             * @enum {string}
             */
            readonly kind: "purchased" | "promotional" | "earned";
            /**
             * @description Lower is used first
             * @default 500
             */
            readonly priority: number;
            /**
             * @description When it begins to pay. Without it: at once
             * @example 2026-12-01T00:00:00Z
             */
            readonly effectiveAt?: string;
            /**
             * @description From this instant on it pays no more; what is left goes to the breakage of its kind. Without it: never
             * @example 2027-01-01T00:00:00Z
             */
            readonly expiresAt?: string;
            /** @example welcome credit */
            readonly reason: string;
        };
        readonly GrantItem: {
            /**
             * @description The id of the entry that made it
             * @example 2-17-0
             */
            readonly grant: string;
            /** @enum {string} */
            readonly kind: "purchased" | "promotional" | "earned";
            /**
             * @description Lower is used first, then what ends soonest, then what is older
             * @example 500
             */
            readonly priority: number;
            /**
             * @description used + remaining + held + lapsed
             * @example 25
             */
            readonly amount: string;
            readonly used: string;
            /** @description Can be spent; of all active grants together it is what is available */
            readonly remaining: string;
            /** @description Reserved by holds */
            readonly held: string;
            /** @description Left at its end; of a pending grant what has not begun */
            readonly lapsed: string;
            readonly effectiveAt: string;
            readonly expiresAt: string | null;
            /** @enum {string} */
            readonly state: "pending" | "active" | "spent" | "expired" | "voided";
        };
        readonly GrantsAnswer: {
            readonly items: readonly components["schemas"]["GrantItem"][];
            readonly nextCursor: string | null;
        };
        readonly HeadAnswer: {
            readonly shard: number;
            readonly height: number;
            readonly hash: string;
        };
        readonly HealthAnswer: {
            /** @enum {string} */
            readonly status: "ready" | "not-ready" | "stopping";
            /** @description Names of the parts that are not ready */
            readonly failing: readonly string[];
            readonly checks: {
                readonly [key: string]: components["schemas"]["CheckedPart"];
            };
        };
        readonly HeldGrant: {
            /** @example 2-17-0 */
            readonly grant: string;
            /** @example 2.5 */
            readonly amount: string;
        };
        readonly HoldAnswer: {
            /**
             * @description The journal entry, as GET /v1/entries/{id} knows it
             * @example 2-17-0
             */
            readonly entry: string;
            /**
             * @description The same as `entry`
             * @example 2-17-0
             */
            readonly id: string;
            readonly position: components["schemas"]["PositionAnswer"];
            /** @example 2-19-0 */
            readonly hold: string;
            /** @enum {string} */
            readonly state: "open" | "captured" | "released" | "expired";
            /** @description What it reserves, or did when this ended it; missing where it had ended before: see GET /v1/holds/{id} */
            readonly amount?: string;
            readonly expiresAt?: string;
            /** @description What was captured */
            readonly captured?: string;
            /** @description What went back to the grants, or where what is left of them went */
            readonly released?: string;
            /** @description What neither the hold nor what is available paid */
            readonly receivable?: string;
            /** @description It was captured after its end */
            readonly late?: boolean;
            /** @description Of which grants it is; of a capture those that paid */
            readonly receipt: readonly components["schemas"]["ReceiptItem"][];
        };
        readonly HoldBody: {
            /** @example acme */
            readonly customer: string;
            /**
             * @description Tokens, a decimal string with at most 18 fraction digits
             * @example 12.5
             */
            readonly amount: string;
            /**
             * @description The budget that it counts against
             * @example acme/research/key-7
             */
            readonly budget?: string;
            /** @description At most 24 hours from now; rounded up to the full second. Without it: an hour */
            readonly expiresAt?: string;
            /** @description Reserve what there is where it is less */
            readonly partial?: boolean;
            /** @description Your own name for it */
            readonly reference?: string;
        };
        readonly HoldItem: {
            /**
             * @description The id of the entry that made it
             * @example 2-19-0
             */
            readonly hold: string;
            /** @example acme */
            readonly customer: string;
            /** @enum {string} */
            readonly state: "open" | "captured" | "released" | "expired";
            /** @description All that it reserved */
            readonly amount: string;
            /** @description What was charged or captured by it, whatever paid */
            readonly captured: string;
            /** @description What went back to its grants, or where the rest of them had gone */
            readonly released: string;
            /** @description What of the captured amount was owed then */
            readonly receivable: string;
            readonly receipt: readonly components["schemas"]["HeldGrant"][];
            readonly budget: string | null;
            readonly reference: string | null;
            readonly reservedAt: string;
            readonly expiresAt: string | null;
        };
        readonly HolderEntriesAnswer: {
            readonly nextCursor: string | null;
            /** @description With around: the cursor of what comes before this answer, for the same list in the other order */
            readonly previousCursor?: string | null;
            /** @description true: the instant or period is over and closed, nothing can be recorded in it any more; false: more may come */
            readonly closed: boolean;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
            readonly items: readonly components["schemas"]["EntryItem"][];
        };
        readonly HolderVoteAnswer: {
            /** @example acme */
            readonly holder: string;
            /** @description Available, held and staked at the instant of the proposal */
            readonly weight: string;
            /**
             * @description Its last vote; null: it has not voted
             * @enum {string|null}
             */
            readonly choice: "yes" | "no" | "abstain" | null;
        };
        readonly HoldsAnswer: {
            readonly items: readonly components["schemas"]["HoldItem"][];
            readonly nextCursor: string | null;
        };
        readonly JobAnswer: {
            /** @example j-3f9a */
            readonly id: string;
            /** @enum {string} */
            readonly kind: "rerating";
            /**
             * @description queued: it waits for those before it; cancelled and failed ones can be resumed
             * @enum {string}
             */
            readonly state: "queued" | "running" | "cancelled" | "done" | "failed";
            /** @description Own time of the usage, included */
            readonly from: string;
            /** @description Own time of the usage, excluded */
            readonly to: string;
            readonly priceBook: number;
            /** @description Null: of all customers */
            readonly customer: string | null;
            readonly dryRun: boolean;
            readonly reason: string;
            /**
             * @description Who asked for it
             * @example key:k-3f9a
             */
            readonly actor: string;
            readonly askedAt: string;
            readonly beganAt: string | null;
            readonly endedAt: string | null;
            /** @description Null before it has begun */
            readonly progress: components["schemas"]["JobProgress"] | null;
            /** @description Why it failed */
            readonly error: string | null;
            /** @description What it has come to so far; of a dry run, and before it has begun, null until it is done */
            readonly result: components["schemas"]["ReratingResult"] | null;
        };
        readonly JobDifferencesAnswer: {
            readonly items: readonly components["schemas"]["DifferenceItem"][];
            readonly nextCursor: string | null;
        };
        readonly JobItem: {
            /** @example j-3f9a */
            readonly id: string;
            /** @enum {string} */
            readonly kind: "rerating";
            /**
             * @description queued: it waits for those before it; cancelled and failed ones can be resumed
             * @enum {string}
             */
            readonly state: "queued" | "running" | "cancelled" | "done" | "failed";
            /** @description Own time of the usage, included */
            readonly from: string;
            /** @description Own time of the usage, excluded */
            readonly to: string;
            readonly priceBook: number;
            /** @description Null: of all customers */
            readonly customer: string | null;
            readonly dryRun: boolean;
            readonly reason: string;
            /**
             * @description Who asked for it
             * @example key:k-3f9a
             */
            readonly actor: string;
            readonly askedAt: string;
            readonly beganAt: string | null;
            readonly endedAt: string | null;
            /** @description Null before it has begun */
            readonly progress: components["schemas"]["JobProgress"] | null;
            /** @description Why it failed */
            readonly error: string | null;
        };
        readonly JobProgress: {
            /** @description Pages of the journal that it has gone through */
            readonly pages: number;
            /** @description Of how many */
            readonly of: number;
            /** @description Charges that it has come to */
            readonly charges: number;
        };
        readonly JobSource: {
            /** @enum {string} */
            readonly kind: "job";
            /** @description GET /v1/jobs/{id} tells of it */
            readonly id: string;
        };
        readonly JobsAnswer: {
            readonly items: readonly components["schemas"]["JobItem"][];
            readonly nextCursor: string | null;
        };
        readonly KafkaSource: {
            /** @enum {string} */
            readonly kind: "kafka";
            /** @description The name that the topic is registered under */
            readonly topic: string;
            readonly partition: number;
            readonly offset: number;
        };
        readonly KeyAnswer: {
            /**
             * @description The journal entry, as GET /v1/entries/{id} knows it
             * @example 2-17-0
             */
            readonly entry: string;
            /**
             * @description The same as `entry`
             * @example 2-17-0
             */
            readonly id: string;
            readonly position: components["schemas"]["PositionAnswer"];
            /**
             * @description The key’s name in entries and for its revocation
             * @example k-3f9a
             */
            readonly keyId: string;
            /** @description The secret, shown this once */
            readonly key: string;
        };
        readonly KeyBody: {
            /** @enum {string} */
            readonly role: "admin" | "operator" | "finance" | "provider" | "customer" | "compliance" | "auditor";
            /**
             * @description For the role provider: whose data the key reads
             * @example p7
             */
            readonly provider?: string;
            /**
             * @description For the role customer: whose data the key reads
             * @example acme
             */
            readonly customer?: string;
            /**
             * @description What it is for, for people
             * @example gateway of the research team
             */
            readonly name?: string;
        };
        readonly KeyItem: {
            /**
             * @description Its name in entries (key:k-3f9a) and for its revocation
             * @example k-3f9a
             */
            readonly keyId: string;
            /** @enum {string} */
            readonly role: "admin" | "operator" | "finance" | "provider" | "customer" | "compliance" | "auditor";
            /** @description Whose data it reads, of the roles provider and customer */
            readonly party: string | null;
            /** @description What it is for */
            readonly name: string | null;
            readonly issuedAt: string;
            /**
             * @description Who issued it
             * @example key:admin
             */
            readonly issuedBy: string;
            /** @description null: it is in force */
            readonly revokedAt: string | null;
        };
        readonly KeysAnswer: {
            readonly items: readonly components["schemas"]["KeyItem"][];
            readonly nextCursor: string | null;
        };
        readonly KycAnswer: {
            /** @enum {string} */
            readonly state: "unverified" | "pending" | "verified" | "review_due" | "expired" | "rejected" | "suspended" | "offboarded";
            readonly reason: string;
            readonly since: string;
        };
        readonly KycBody: {
            /** @enum {string} */
            readonly state: "unverified" | "pending" | "verified" | "review_due" | "expired" | "rejected" | "suspended" | "offboarded";
            /** @example documents checked */
            readonly reason: string;
            /** @description SHA-256 of the evidence file, 64 hex digits */
            readonly evidence?: string;
        };
        readonly LargeMovementItem: {
            /** @enum {string} */
            readonly kind: "burn" | "buy-back" | "grant" | "grant_void" | "mint" | "payout" | "reversal" | "slash" | "slash_reward" | "transfer_in" | "transfer_out" | "yield";
            /**
             * @description The entry; of a payout its batch and provider
             * @example 2-17-0
             */
            readonly id: string;
            readonly recordedAt: string;
            readonly holder: string;
            /** @description The other holder; of a payout the wallet */
            readonly counterparty: string | null;
            readonly amount: string;
        };
        readonly LargeMovementsReport: {
            readonly from: string | null;
            readonly to: string | null;
            readonly threshold: string;
            readonly items: readonly components["schemas"]["LargeMovementItem"][];
            readonly nextCursor: string | null;
            /** @description true: the instant or period is over and closed, nothing can be recorded in it any more; false: more may come */
            readonly closed: boolean;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly LastComparisonAnswer: {
            /** Format: date-time */
            readonly comparedAt: string;
            /** @description All tables were what the journal says */
            readonly ok: boolean;
            /** @description Tables that differed from their replay */
            readonly differing: readonly string[];
        };
        readonly LetterBytes: {
            /** @description Where the bytes are text */
            readonly text: string | null;
            /** @description Where they are not */
            readonly base64: string | null;
            /** @description How many are shown */
            readonly bytes: number;
        };
        readonly LetterDetails: {
            /**
             * @description The name that the topic is registered under
             * @example airtime.usage.v1
             */
            readonly topic: string;
            readonly partition: number;
            readonly offset: number;
            /** Format: date-time */
            readonly rejectedAt: string;
            /** @example UNKNOWN_CUSTOMER */
            readonly reason: string;
            readonly detail: string;
            /**
             * @description open: nobody did anything; replaying: a replay has it; failing: its replay failed; replayed; dismissed
             * @enum {string}
             */
            readonly state: "open" | "replaying" | "failing" | "replayed" | "dismissed";
            /** @description Null where no usage event could be read */
            readonly customer: string | null;
            readonly usageSource: string | null;
            readonly usageId: string | null;
            /** @description Tokens, by the prices in force when it was rejected; null: nobody can say without guessing */
            readonly atStake: string | null;
            /**
             * Format: date-time
             * @description When it was replayed or dismissed
             */
            readonly settledAt: string | null;
            /** @description Of its last replay: charged, duplicate, or the code by which it still fails */
            readonly outcome: string | null;
            readonly outcomeDetail: string | null;
            /**
             * @description The charge that its replay became
             * @example 0-17-3
             */
            readonly entry: string | null;
            /**
             * Format: date-time
             * @description The message’s own time
             */
            readonly time: string | null;
            readonly key: components["schemas"]["LetterBytes"] | null;
            readonly value: components["schemas"]["LetterBytes"] | null;
            readonly headers: readonly components["schemas"]["LetterHeaderAnswer"][];
            /** @description Bytes that were not kept; where there are any it cannot be replayed */
            readonly omittedBytes: number;
            /** @description The replay or dismissal that it was in last */
            readonly order: components["schemas"]["LetterOrderAnswer"] | null;
        };
        readonly LetterFailure: {
            /** @example UNKNOWN_CUSTOMER */
            readonly reason: string;
            readonly count: number;
            /** @description Of one of them */
            readonly detail: string;
        };
        readonly LetterFilterBody: {
            /** @description When they were rejected, included; an RFC 3339 instant or a UTC day */
            readonly from?: string;
            /** @description When they were rejected; an instant is excluded, a UTC day that has ended is included whole */
            readonly to?: string;
            /** @example UNKNOWN_CUSTOMER */
            readonly reason?: string;
            /**
             * @description unsettled: open, replaying or failing. Not given: unsettled in a list, open or failing in a write
             * @enum {string}
             */
            readonly state?: "open" | "replaying" | "failing" | "replayed" | "dismissed" | "unsettled" | "all";
            /**
             * @description The name that the topic is registered under
             * @example airtime.usage.v1
             */
            readonly topic?: string;
            readonly partition?: number;
            /** @description With topic and partition: one message */
            readonly offset?: number;
        };
        readonly LetterHeaderAnswer: {
            readonly name: string;
            readonly value: components["schemas"]["LetterBytes"];
        };
        readonly LetterItem: {
            /**
             * @description The name that the topic is registered under
             * @example airtime.usage.v1
             */
            readonly topic: string;
            readonly partition: number;
            readonly offset: number;
            /** Format: date-time */
            readonly rejectedAt: string;
            /** @example UNKNOWN_CUSTOMER */
            readonly reason: string;
            readonly detail: string;
            /**
             * @description open: nobody did anything; replaying: a replay has it; failing: its replay failed; replayed; dismissed
             * @enum {string}
             */
            readonly state: "open" | "replaying" | "failing" | "replayed" | "dismissed";
            /** @description Null where no usage event could be read */
            readonly customer: string | null;
            readonly usageSource: string | null;
            readonly usageId: string | null;
            /** @description Tokens, by the prices in force when it was rejected; null: nobody can say without guessing */
            readonly atStake: string | null;
            /**
             * Format: date-time
             * @description When it was replayed or dismissed
             */
            readonly settledAt: string | null;
            /** @description Of its last replay: charged, duplicate, or the code by which it still fails */
            readonly outcome: string | null;
            readonly outcomeDetail: string | null;
            /**
             * @description The charge that its replay became
             * @example 0-17-3
             */
            readonly entry: string | null;
        };
        readonly LetterOrderAnswer: {
            readonly id: string;
            /** @enum {string} */
            readonly kind: "replay" | "dismissal";
            /** @example key:k-3f9a */
            readonly actor: string;
            readonly reason: string;
            /** Format: date-time */
            readonly orderedAt: string;
        };
        readonly LineNameBody: {
            /** @example ai.compute.usage */
            readonly type: string;
            /**
             * @description A model, or a pattern: * is any text, # a digit
             * @example llama-3.1-70b
             */
            readonly model: string;
            /**
             * @description Only for this provider, or those that a pattern names; any when absent
             * @example p7
             */
            readonly provider?: string;
            /**
             * @description Only for usage of this region
             * @example eu-west-1
             */
            readonly region?: string;
            /** @description Only for usage between two times of the day */
            readonly hours?: components["schemas"]["PriceHoursBody"];
        };
        readonly LinkAnswer: {
            /** @description Signs in once, as the key that asked for it: /console#link=… */
            readonly link: string;
            readonly endsAt: string;
        };
        readonly LiveAnswer: {
            /** @enum {string} */
            readonly status: "live";
        };
        readonly LossItem: {
            readonly shard: number;
            /** @description Of the newest page that the journal has; 0: it has none */
            readonly height: number;
            /** @description Of that page; zeros where there is none */
            readonly hash: string;
            /** @description Pages that the journal lacks */
            readonly remembered: readonly components["schemas"]["RememberedItem"][];
            /** @description What else shows that pages are missing */
            readonly evidence: readonly string[];
            /** @description Why the store does not show pages that it may still have, and what to do; null: they are gone */
            readonly detail: string | null;
        };
        readonly LossesAnswer: {
            readonly items: readonly components["schemas"]["LossItem"][];
            readonly nextCursor: string | null;
        };
        readonly LostPage: {
            readonly height: number;
            readonly hash: string;
        };
        readonly LostPriceItem: {
            readonly usageType: string;
            readonly model: string;
            readonly provider: string;
            readonly region?: string;
            readonly meter: string;
            /** @description What usage of it would be refused with */
            readonly code: string;
        };
        readonly MeAnswer: {
            /** @example k-3f9a */
            readonly keyId: string;
            /** @enum {string} */
            readonly role: "admin" | "operator" | "finance" | "provider" | "customer" | "compliance" | "auditor";
            /**
             * @description Whose data a provider’s key reads
             * @example p7
             */
            readonly provider?: string;
            /**
             * @description Whose data a customer’s key reads
             * @example acme
             */
            readonly customer?: string;
            /**
             * @description What it may call, of all services
             * @example [
             *       "get /v1/entries/{id}"
             *     ]
             */
            readonly routes: readonly string[];
        };
        readonly MeterPriceItem: {
            /** @description Tokens or dollars for so many units */
            readonly price: string;
            /** @example 1000000 */
            readonly per: string;
            /**
             * @description Tokens unless it says usd
             * @enum {string}
             */
            readonly currency?: "token" | "usd";
            /** @description Other prices above a quantity, ascending */
            readonly tiers?: readonly components["schemas"]["PriceTierItem"][];
            /**
             * @description Each tier prices its own part, or the last one prices all; graduated unless "of" is given
             * @enum {string}
             */
            readonly mode?: "graduated" | "volume";
            /**
             * @description What tiers count; the call unless it says month
             * @enum {string}
             */
            readonly over?: "call" | "month";
            /** @description Meters whose sum chooses the tier */
            readonly of?: readonly string[];
            /** @description Units without a price: the first tier */
            readonly included?: string;
        };
        readonly MintedBy: {
            /** @description Mints and grants */
            readonly command: string;
            /** @description Epochs of the emission policy */
            readonly emission: string;
        };
        readonly OwedAnswer: {
            readonly asOf: string | null;
            /** @description Of the whole customer, not only of this answer */
            readonly totals: components["schemas"]["AgedAmounts"];
            readonly items: readonly components["schemas"]["OwedItem"][];
            readonly nextCursor: string | null;
            /** @description true: the instant or period is over and closed, nothing can be recorded in it any more; false: more may come */
            readonly closed: boolean;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly OwedItem: {
            /**
             * @description The id of the entry that booked it
             * @example 2-17-0
             */
            readonly entry: string;
            /**
             * @description Of the usage; `hold` for what a hold’s capture left
             * @example gateway/eu-1
             */
            readonly source: string;
            /**
             * @description Of the usage, or of the hold
             * @example req-1
             */
            readonly id: string;
            /** @example gpu-farm */
            readonly provider: string;
            /**
             * @description What was owed when it was booked
             * @example 4
             */
            readonly amount: string;
            /**
             * @description What of it is owed
             * @example 3.5
             */
            readonly open: string;
            /** @description When it was booked; its age counts from here */
            readonly recordedAt: string;
            /** @description The usage’s own time */
            readonly time: string | null;
            /**
             * @description Whole days since it was booked
             * @example 12
             */
            readonly ageDays: number;
        };
        readonly OwingItem: {
            /**
             * @description The sum of all ages: what the receivable accounts hold
             * @example 8.5
             */
            readonly receivable: string;
            /**
             * @description Booked at most 30 whole days before
             * @example 5
             */
            readonly days0To30: string;
            /** @example 3.5 */
            readonly days31To60: string;
            /** @example 0 */
            readonly days61To90: string;
            /**
             * @description Booked 91 whole days before, or earlier
             * @example 0
             */
            readonly over90Days: string;
            /** @example acme */
            readonly customer: string;
            /** @description When the oldest of what is owed was booked */
            readonly oldest: string;
        };
        readonly PageHeader: {
            readonly shard: number;
            readonly height: number;
            readonly recordedAt: string;
            readonly previousHash: string;
            readonly count: number;
            readonly bodyDigest: string;
            readonly hash: string;
        };
        readonly PageItem: {
            /** @description The journal’s id */
            readonly journal: string;
            readonly shard: number;
            readonly height: number;
            readonly recordedAt: string;
            readonly previousHash: string;
            readonly offsets: readonly components["schemas"]["PageOffsets"][];
            readonly count: number;
            readonly bodyDigest: string;
            /** @description The id of the key that signed the page */
            readonly writer: string;
            /** @description The page of the registry that it was decided on */
            readonly registry: components["schemas"]["PageRegistryHead"];
            readonly hash: string;
            /** @description Ed25519 over the header’s text */
            readonly signature: string;
            /** @description The exact text that bodyDigest covers: one event per line */
            readonly body: string;
        };
        readonly PageOffsets: {
            /** @description The name that the topic is registered under */
            readonly name: string;
            readonly partition: number;
            readonly from: number;
            readonly to: number;
            /** @description Of the last message of the range */
            readonly fingerprint: string;
        };
        readonly PageRegistryHead: {
            readonly height: number;
            readonly hash: string;
        };
        readonly PagesAnswer: {
            readonly items: readonly components["schemas"]["PageItem"][];
            /** @description The next height; null at the head */
            readonly nextCursor: string | null;
        };
        readonly PaidEntry: {
            /** @example 2-17-0 */
            readonly entry: string;
            /** @example UsageCharged */
            readonly type: string;
            /** @description By the one who reported it */
            readonly time: string | null;
            readonly recordedAt: string;
            /** @description Whose usage it is */
            readonly customer: string | null;
            /** @description What it adds to the payout; below zero: a correction, or what filled a clawback */
            readonly amount: string;
            /** @description The usage that it charges, or whose debt it covers */
            readonly usage: readonly components["schemas"]["PaidUsage"][];
            /** @description The entry that it takes back or brings again */
            readonly corrects?: string;
        };
        readonly PaidUsage: {
            readonly source: string;
            readonly id: string;
            readonly type?: string;
            readonly model?: string;
            readonly meters?: {
                readonly [key: string]: string;
            };
            /** @description What all of it cost */
            readonly charged?: string;
            readonly priceBook?: number;
            readonly splitPolicy?: number;
        };
        readonly PartiesAnswer: {
            readonly items: readonly components["schemas"]["PartyItem"][];
            readonly nextCursor: string | null;
        };
        readonly PartyAnswer: {
            readonly id: string;
            readonly roles: readonly string[];
            readonly reference?: string;
            readonly country?: string;
            readonly kyc: components["schemas"]["KycAnswer"];
            /** @description Since when it is suspended: usage from then on and sending are refused */
            readonly suspendedSince?: string;
            /** @description Payout wallet by chain id */
            readonly wallets: {
                readonly [key: string]: string;
            };
            /** @description The most that it may owe, in tokens; absent: any amount */
            readonly creditLimit?: string;
            /** @description Below which of its funds it is told that it is to be topped up; absent: never */
            readonly topUpThreshold?: string;
        };
        readonly PartyBody: {
            /** @example acme */
            readonly id: string;
            readonly roles: readonly ("customer" | "provider")[];
            /**
             * @description The party’s name in the system that knows its personal data; never put personal data here
             * @example crm-4711
             */
            readonly reference?: string;
            /**
             * @description ISO 3166-1 alpha-2
             * @example DE
             */
            readonly country?: string;
            /**
             * @description Of a customer: the most that it may owe, in tokens; 0: nothing. Without one it may owe any amount
             * @example 100
             */
            readonly creditLimit?: string;
            /**
             * @description Of a customer: below which of what it has, available and held, it is told that it is to be topped up
             * @example 5
             */
            readonly topUpThreshold?: string;
        };
        readonly PartyItem: {
            readonly id: string;
            readonly roles: readonly string[];
            readonly reference: string | null;
            readonly country: string | null;
            readonly kyc: components["schemas"]["PartyKyc"];
            /** @description Since when it is suspended: usage from then on and sending are refused */
            readonly suspendedSince: string | null;
            /** @description Payout wallet by chain id */
            readonly wallets: {
                readonly [key: string]: string;
            };
            readonly registeredAt: string;
            /** @description The most that it may owe; null: any amount */
            readonly creditLimit: string | null;
            /** @description Below which of its funds it is topped up; null: never */
            readonly topUpThreshold: string | null;
        };
        readonly PartyKyc: {
            /** @enum {string} */
            readonly state: "unverified" | "pending" | "verified" | "review_due" | "expired" | "rejected" | "suspended" | "offboarded";
            readonly reason: string;
            readonly since: string;
        };
        readonly PayoutDetails: {
            /**
             * @description Its batch and its provider
             * @example b7.p7
             */
            readonly id: string;
            /** @description The settlement batch */
            readonly batch: string;
            /** @example p7 */
            readonly provider: string;
            /** @example 31337 */
            readonly chainId: number;
            readonly wallet: string;
            /** @example 12.5 */
            readonly amount: string;
            /**
             * @description cut: frozen; signed: on its way; confirmed: final on chain
             * @enum {string}
             */
            readonly state: "cut" | "signed" | "confirmed" | "reverted";
            readonly plannedAt: string;
            readonly closedAt: string | null;
            readonly txHash: string | null;
            readonly logIndex: number | null;
            readonly blockNumber: string | null;
            readonly blockHash: string | null;
            /** @description Of the whole batch, whose transaction it shares */
            readonly gas: components["schemas"]["SettlementGas"] | null;
            /** @description Payouts of the batch */
            readonly payoutCount: number;
            /** @description Why the batch was reverted */
            readonly reason: string | null;
            /** @description The pages of the cuts that it is the sum of */
            readonly heads: readonly components["schemas"]["CutHead"][];
            /** @description What the transaction commits to: the digest of the heads */
            readonly headsDigest: string | null;
            /** @description The batch’s own entries, in order */
            readonly steps: readonly components["schemas"]["SettlementStep"][];
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly PayoutEntriesAnswer: {
            /** @description What the payout transfers */
            readonly amount: string;
            /** @description The sum of all entries, to the atto the amount; with the first page of the list alone */
            readonly total: string | null;
            /** @description How many entries; with the first page of the list alone */
            readonly count: number | null;
            /** @description By shard, and there in the order of the journal */
            readonly items: readonly components["schemas"]["PaidEntry"][];
            readonly nextCursor: string | null;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly PayoutGateAnswer: {
            readonly chainId: number;
            readonly wallet: string | null;
            /** @description Whether the next batch on this chain pays */
            readonly open: boolean;
            /**
             * @description Why it does not
             * @example kyc_pending
             */
            readonly reason: string | null;
        };
        readonly PayoutItem: {
            /**
             * @description Its batch and its provider
             * @example b7.p7
             */
            readonly id: string;
            /** @description The settlement batch */
            readonly batch: string;
            /** @example p7 */
            readonly provider: string;
            /** @example 31337 */
            readonly chainId: number;
            readonly wallet: string;
            /** @example 12.5 */
            readonly amount: string;
            /**
             * @description cut: frozen; signed: on its way; confirmed: final on chain
             * @enum {string}
             */
            readonly state: "cut" | "signed" | "confirmed" | "reverted";
            readonly plannedAt: string;
            readonly closedAt: string | null;
            readonly txHash: string | null;
            readonly logIndex: number | null;
            readonly blockNumber: string | null;
            readonly blockHash: string | null;
        };
        readonly PayoutsAnswer: {
            readonly items: readonly components["schemas"]["PayoutItem"][];
            readonly nextCursor: string | null;
        };
        readonly PositionAnswer: {
            /** @example 2 */
            readonly shard: number;
            /** @example 17 */
            readonly height: number;
        };
        readonly PostingAnswer: {
            /** @example customer:acme:available */
            readonly debit: string;
            /** @example provider:p7:payable */
            readonly credit: string;
            /** @example 0.0012 */
            readonly amount: string;
            /** @example AIR */
            readonly asset: string;
        };
        readonly PostingBalances: {
            /** @example customer:acme:available */
            readonly debit: string;
            /** @example provider:p7:payable */
            readonly credit: string;
            /** @example 0.0012 */
            readonly amount: string;
            /** @example AIR */
            readonly asset: string;
            /** @description Of the debited account over all shards; null for an account of somebody else */
            readonly debitBefore: string | null;
            /** @description debitBefore minus the amount; null for an account of somebody else */
            readonly debitAfter: string | null;
            /** @description Of the credited account over all shards; null for an account of somebody else */
            readonly creditBefore: string | null;
            /** @description creditBefore plus the amount; null for an account of somebody else */
            readonly creditAfter: string | null;
        };
        readonly PriceBookBody: {
            /**
             * @description Rates usage whose own time is at or after this instant
             * @example 2026-01-01T00:00:00Z
             */
            readonly effectiveAt: string;
            readonly prices: readonly components["schemas"]["PriceLineBody"][];
            /**
             * @description A meter that a line does not price costs what this other meter costs there
             * @example {
             *       "reasoning_tokens": "output_tokens"
             *     }
             */
            readonly fallbacks?: {
                readonly [key: string]: string;
            };
            /** @description A published version: the book has its lines and fallbacks too, where its own do not replace them */
            readonly extends?: number;
            /** @description With extends: lines of that version that this one has not */
            readonly remove?: readonly components["schemas"]["LineNameBody"][];
            /**
             * @description Prices of what was used in the last 30 days may go; without it a book that takes some is refused
             * @enum {boolean}
             */
            readonly confirmRemoved?: true;
            /**
             * @description Why it is in force for a time that is over, where another one has been; recorded in its entry
             * @example list price of October corrected
             */
            readonly retroactive?: string;
        };
        readonly PriceBookDifference: {
            readonly from: number;
            readonly to: number;
            readonly added: readonly components["schemas"]["PriceLineBody"][];
            readonly removed: readonly components["schemas"]["PriceLineBody"][];
            readonly changed: readonly components["schemas"]["ChangedLine"][];
            /** @description Meters that fall back to another one than before */
            readonly fallbacks: readonly string[];
        };
        readonly PriceBookItem: {
            readonly version: number;
            readonly effectiveAt: string;
            readonly prices: readonly components["schemas"]["PriceLineBody"][];
            readonly fallbacks?: {
                readonly [key: string]: string;
            };
        };
        readonly PriceBookTrial: {
            /** @enum {boolean} */
            readonly dryRun: true;
            readonly version: number;
            readonly effectiveAt: string;
            /** @description The code by which the book would be refused as it was sent */
            readonly wouldRefuse?: string;
            /** @description The book in force at effectiveAt; absent: there is none */
            readonly comparedWith?: number;
            /** @description Lines that differ from that book */
            readonly lines: components["schemas"]["ChangedLines"];
            /** @description Meters used in the last 30 days that would lose their price, at least at some time of the day */
            readonly lost: readonly components["schemas"]["LostPriceItem"][];
            readonly rerated: components["schemas"]["ReratedUsage"];
            /** @description What the answer includes of each shard */
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly PriceBooksAnswer: {
            readonly items: readonly components["schemas"]["PriceBookItem"][];
            readonly nextCursor: string | null;
        };
        readonly PriceHoursBody: {
            /**
             * @description UTC, included
             * @example 00:30
             */
            readonly from: string;
            /**
             * @description UTC, excluded; earlier than from when the hours go past midnight
             * @example 16:30
             */
            readonly to: string;
        };
        readonly PriceLineBody: {
            /** @example ai.compute.usage */
            readonly type: string;
            /**
             * @description A model, or a pattern: * is any text, # a digit
             * @example llama-3.1-70b
             */
            readonly model: string;
            /**
             * @description Only for this provider, or those that a pattern names; any when absent
             * @example p7
             */
            readonly provider?: string;
            /** @description Other names of the model */
            readonly aliases?: readonly string[];
            /**
             * @description Only for usage of this region
             * @example eu-west-1
             */
            readonly region?: string;
            /** @description Only for usage between two times of the day */
            readonly hours?: components["schemas"]["PriceHoursBody"];
            /**
             * @description Least tokens for an event that measured anything
             * @example 0.01
             */
            readonly minimum?: string;
            /** @description Names of models are compared without regard to case */
            readonly ignoreCase?: boolean;
            /** @description Lines with one are asked after those without, in this order */
            readonly order?: number;
            /**
             * @description What each meter costs
             * @example {
             *       "input_tokens": {
             *         "price": "0.35",
             *         "per": "1000000"
             *       }
             *     }
             */
            readonly meters: {
                readonly [key: string]: components["schemas"]["MeterPriceItem"];
            };
        };
        readonly PriceTierItem: {
            /** @example 200000 */
            readonly above: string;
            readonly price: string;
        };
        readonly Problem: {
            /** @description a URN made of the code */
            readonly type: string;
            readonly title: string;
            readonly status: number;
            /** @description what is wrong and what to do */
            readonly detail: string;
            /**
             * @description for programs; stable
             * @example VALIDATION_FAILED
             * @enum {string}
             */
            readonly code: "ALREADY_REVERSED" | "ALREADY_VOIDED" | "AMOUNT_INVALID" | "BAD_REQUEST" | "BODY_TOO_LARGE" | "BUDGET_EXCEEDED" | "BUDGET_INVALID" | "CHAIN_EXISTS" | "CHAIN_NOT_REGISTERED" | "CHAIN_UNFIT" | "CLOCKS_APART" | "CLOCK_AHEAD" | "CREDIT_LIMIT_EXCEEDED" | "CURSOR_INVALID" | "CUSTOMER_SUSPENDED" | "EMISSION_POLICY_INVALID" | "ENTRY_CHANGED" | "EPOCH_DISTRIBUTED" | "EPOCH_INVALID" | "EXPECTATION_FAILED" | "FORBIDDEN" | "GRANT_CLOSED" | "GRANT_INVALID" | "HEADERS_TOO_LARGE" | "HOLD_CLOSED" | "HOLD_INVALID" | "IDEMPOTENCY_CONFLICT" | "IDEMPOTENCY_KEY_INVALID" | "IDEMPOTENCY_KEY_REQUIRED" | "IDENTIFIER_INVALID" | "INSUFFICIENT_FUNDS" | "INSUFFICIENT_STAKE" | "INTERNAL" | "JOB_ENDED" | "JSON_TOO_DEEP" | "KEY_EXISTS" | "KEY_REVOKED" | "KEY_UNKNOWN" | "KYC_TRANSITION_INVALID" | "MALFORMED_JSON" | "METHOD_NOT_ALLOWED" | "NOTHING_LOST" | "NOT_CLOSED_YET" | "NOT_FOUND" | "NOT_REVERSIBLE" | "NO_PRICE_BOOK" | "NO_SPLIT_POLICY" | "NO_USD_RATE" | "NO_WEIGHT" | "PAGE_COUNTS" | "PAGE_UNSOUND" | "PARTITION_NOT_STOPPED" | "PARTY_EXISTS" | "PRICES_REMOVED" | "PRICE_BOOK_INVALID" | "PRICE_BOOK_OVERTAKEN" | "PROPOSAL_INVALID" | "PROPOSAL_NOT_SEEN" | "PROPOSAL_WEIGHED" | "QUANTITY_INVALID" | "RATE_LIMITED" | "READ_TIMED_OUT" | "REQUEST_TIMEOUT" | "RETROACTIVE_PRICES" | "ROUTE_NOT_FOUND" | "SAME_HOLDER" | "SETTLEMENT_IN_PROGRESS" | "SETTLEMENT_STEP_INVALID" | "SPLIT_POLICY_INVALID" | "STAKING_POLICY_INVALID" | "STATEMENT_INVALID" | "SUPPLY_CAP_EXCEEDED" | "TERMS_INVALID" | "TIER_INVALID" | "TIME_INVALID" | "TIME_IN_FUTURE" | "TIME_TOO_OLD" | "TOO_MANY_EVENTS" | "TOO_MANY_PROPOSALS" | "TOO_MANY_UNBONDINGS" | "TOPIC_EXISTS" | "UNAUTHENTICATED" | "UNAVAILABLE" | "UNKNOWN_BUDGET" | "UNKNOWN_CUSTOMER" | "UNKNOWN_GRANT" | "UNKNOWN_HOLD" | "UNKNOWN_HOLDER" | "UNKNOWN_METER" | "UNKNOWN_MODEL" | "UNKNOWN_PROPOSAL" | "UNKNOWN_PROVIDER" | "UNKNOWN_TIER" | "UNKNOWN_USAGE" | "UNKNOWN_USAGE_TYPE" | "UNSUPPORTED_MEDIA_TYPE" | "USAGE_INVALID" | "USD_RATE_INVALID" | "VALIDATION_FAILED" | "VERSION_EXISTS" | "VOTE_CLOSED" | "VOTE_NOT_OPEN" | "WALLET_INVALID" | "WRITER_EXISTS" | "WRITER_UNKNOWN";
            readonly errors?: readonly {
                readonly path: string;
                readonly message: string;
            }[];
            readonly requestId?: string;
        };
        readonly ProposalAnswer: {
            /**
             * @description The id of the entry that opened it
             * @example 4-17-0
             */
            readonly proposal: string;
            readonly title: string;
            readonly reason: string;
            /** @description What holders had at this instant is what their votes weigh */
            readonly at: string;
            readonly closesAt: string;
            /**
             * @description So much of the total has to vote, in ten-thousandths
             * @example 2000
             */
            readonly quorumBps: number;
            /** @enum {string} */
            readonly state: "open" | "closed";
            /** @description Holders with weight; null: they are being weighed */
            readonly holders: number | null;
            /** @description What all of them weigh together */
            readonly total: string | null;
            /**
             * @description null: it is open
             * @enum {string|null}
             */
            readonly result: "passed" | "failed" | null;
            /** @description The last vote of each holder, by weight */
            readonly tally: components["schemas"]["TallyAnswer"];
            /** @description Whether enough have voted */
            readonly quorum: boolean;
        };
        readonly ProposalBody: {
            /** @example Lower the burn share to 2 % */
            readonly title: string;
            /** @example Providers ask for it */
            readonly reason: string;
            /**
             * @description From this instant on no vote counts
             * @example 2026-12-24T12:00:00Z
             */
            readonly closesAt: string;
            /**
             * @description So much of what all have must vote, in ten-thousandths
             * @example 2000
             */
            readonly quorumBps: number;
        };
        readonly ProposalItem: {
            /**
             * @description The id of the entry that opened it
             * @example 4-17-0
             */
            readonly proposal: string;
            readonly title: string;
            readonly reason: string;
            /** @description What holders had at this instant is what their votes weigh */
            readonly at: string;
            readonly closesAt: string;
            /**
             * @description So much of the total has to vote, in ten-thousandths
             * @example 2000
             */
            readonly quorumBps: number;
            /** @enum {string} */
            readonly state: "open" | "closed";
            /** @description Holders with weight; null: they are being weighed */
            readonly holders: number | null;
            /** @description What all of them weigh together */
            readonly total: string | null;
            /**
             * @description null: it is open
             * @enum {string|null}
             */
            readonly result: "passed" | "failed" | null;
        };
        readonly ProposalMadeAnswer: {
            /**
             * @description The journal entry, as GET /v1/entries/{id} knows it
             * @example 2-17-0
             */
            readonly entry: string;
            /**
             * @description The same as `entry`
             * @example 2-17-0
             */
            readonly id: string;
            readonly position: components["schemas"]["PositionAnswer"];
            /** @example 4-17-0 */
            readonly proposal: string;
        };
        readonly ProposalsAnswer: {
            readonly items: readonly components["schemas"]["ProposalItem"][];
            readonly nextCursor: string | null;
        };
        readonly ProviderAnswer: {
            /** @example p7 */
            readonly id: string;
            readonly kyc: components["schemas"]["ProviderKyc"];
            /** @description Payout wallet by chain id */
            readonly wallets: {
                readonly [key: string]: string;
            };
            readonly payouts: readonly components["schemas"]["PayoutGateAnswer"][];
        };
        readonly ProviderDifference: {
            readonly events: number;
            /** @description Tokens, as recorded */
            readonly before: string;
            /** @description Tokens, by the other price book */
            readonly after: string;
            /** @description after less before */
            readonly difference: string;
            readonly provider: string;
        };
        readonly ProviderKyc: {
            /** @enum {string} */
            readonly state: "unverified" | "pending" | "verified" | "review_due" | "expired" | "rejected" | "suspended" | "offboarded";
            readonly reason: string;
            readonly since: string;
        };
        readonly QuoteAnswer: {
            /** @description Tokens: the sum of the lines */
            readonly amount: string;
            readonly priceBook: number;
            readonly splitPolicy: number;
            /** @description The version of the token’s rate, where prices are in dollars */
            readonly usdRate?: number;
            /** @description What the customer’s funds would pay */
            readonly covered: string;
            /** @description What would be owed; with covered it sums to the amount */
            readonly receivable: string;
            /** @description The code by which the usage would be refused all the same */
            readonly wouldRefuse?: string;
            readonly lines: readonly components["schemas"]["QuoteLine"][];
        };
        readonly QuoteBody: {
            /**
             * @description The customer who would pay
             * @example acme
             */
            readonly subject: string;
            /**
             * @default ai.compute.usage
             * @example ai.compute.usage
             */
            readonly type: string;
            /** @description As the data of a usage event; its members may stand beside subject instead */
            readonly data?: components["schemas"]["UsageData"];
            /** @example p7 */
            readonly provider?: string;
            /** @example llama-3.1-70b */
            readonly model?: string;
            readonly meters?: {
                readonly [key: string]: string;
            };
            /** @example eu-west-1 */
            readonly region?: string;
            /** @example acme/research/key-7 */
            readonly budget?: string;
            /** @example h-12 */
            readonly hold?: string;
        };
        readonly QuoteLine: {
            /** @description A meter, or minimum: what lifts the usage to the least that its price line asks for */
            readonly meter: string;
            readonly quantity: string;
            /** @description Of the tier in which the quantity ends, for so many units */
            readonly price: string;
            /** @example 1000000 */
            readonly per: string;
            /** @enum {string} */
            readonly currency: "token" | "usd";
            /** @description Tokens, rounded down to the atto */
            readonly amount: string;
            /** @description Where several tiers price the quantity: each one’s part */
            readonly parts?: readonly components["schemas"]["QuotePart"][];
        };
        readonly QuotePart: {
            readonly quantity: string;
            readonly price: string;
        };
        readonly ReachedThreshold: {
            /** @example 80 */
            readonly threshold: number;
            readonly at: string;
        };
        readonly ReadinessAnswer: {
            /** @enum {string} */
            readonly status: "ready" | "not-ready" | "stopping";
            /** @description Names of the parts that are not ready */
            readonly failing: readonly string[];
        };
        readonly ReasonItem: {
            /** @example UNKNOWN_CUSTOMER */
            readonly reason: string;
            readonly open: number;
            readonly replaying: number;
            readonly failing: number;
            readonly replayed: number;
            readonly dismissed: number;
            /** @description Tokens: the sum of what is known of those unsettled */
            readonly atStake: string;
            /** @description Of how many unsettled ones it is not known */
            readonly unknown: number;
            /**
             * Format: date-time
             * @description The oldest unsettled one
             */
            readonly firstAt: string | null;
        };
        readonly ReasonsAnswer: {
            readonly items: readonly components["schemas"]["ReasonItem"][];
            /** @description Letters that are kept */
            readonly kept: number;
            /** @description Letters that are kept at most */
            readonly max: number;
        };
        readonly RebuildAnswer: {
            readonly shards: readonly components["schemas"]["RebuiltShard"][];
            readonly durationMs: number;
        };
        readonly RebuiltShard: {
            readonly shard: number;
            /** @description Height that the rebuilt books included when they came into use */
            readonly height: number;
        };
        readonly ReceiptItem: {
            /** @example 2-17-0 */
            readonly grant: string;
            /** @example 2.5 */
            readonly amount: string;
        };
        readonly ReconciledBlock: {
            readonly number: string;
            readonly hash: string;
        };
        readonly ReconciledHead: {
            readonly shard: number;
            readonly height: number;
            readonly hash: string;
        };
        readonly ReconciliationAnswer: {
            readonly id: string;
            readonly chainId: number;
            readonly block: components["schemas"]["ReconciledBlock"];
            readonly heads: readonly components["schemas"]["ReconciledHead"][];
            readonly checks: readonly components["schemas"]["CheckAnswer"][];
            /** @description Payouts that agree with their transfer */
            readonly matched: number;
            readonly breaks: readonly components["schemas"]["BreakAnswer"][];
            /** @description Keys of breaks that are gone */
            readonly closed: readonly string[];
            readonly position: components["schemas"]["RecordedAt"];
        };
        readonly ReconciliationCheck: {
            /** @example total supply */
            readonly name: string;
            /** @description Tokens */
            readonly ledger: string;
            /** @description Tokens */
            readonly chain: string;
            readonly agrees: boolean;
        };
        readonly ReconciliationDetails: {
            readonly id: string;
            /** @example 31337 */
            readonly chainId: number;
            readonly block: components["schemas"]["FinalBlock"];
            readonly time: string;
            /** @description Payouts that agree with their transfer */
            readonly matched: number;
            readonly breakCount: number;
            readonly checks: readonly components["schemas"]["ReconciliationCheck"][];
            readonly heads: readonly components["schemas"]["ReconciliationHead"][];
            /** @description As this run found them, with their age then */
            readonly breaks: readonly components["schemas"]["FoundBreak"][];
            /** @description Keys of breaks that this run no longer found */
            readonly closed: readonly string[];
        };
        readonly ReconciliationHead: {
            readonly shard: number;
            readonly height: number;
            readonly hash: string;
        };
        readonly ReconciliationItem: {
            readonly id: string;
            /** @example 31337 */
            readonly chainId: number;
            readonly block: components["schemas"]["FinalBlock"];
            readonly time: string;
            /** @description Payouts that agree with their transfer */
            readonly matched: number;
            readonly breakCount: number;
            readonly checks: readonly components["schemas"]["ReconciliationCheck"][];
        };
        readonly ReconciliationsAnswer: {
            readonly items: readonly components["schemas"]["ReconciliationItem"][];
            readonly nextCursor: string | null;
        };
        readonly RecordedAt: {
            readonly shard: number;
            readonly height: number;
        };
        readonly RefusedPageItem: {
            readonly shard: number;
            readonly height: number;
            /** @description What a statement that the page is void names */
            readonly hash: string;
            /** @description Why no reader counts it */
            readonly faults: readonly string[];
        };
        readonly RefusedPagesAnswer: {
            readonly items: readonly components["schemas"]["RefusedPageItem"][];
            readonly nextCursor: string | null;
        };
        readonly RegisteredAt: {
            readonly shard: number;
            readonly height: number;
        };
        readonly RejectedUsageAnswer: {
            /** @description Place of the event in the batch, from 0 */
            readonly index: number;
            readonly id: string;
            /** @example UNKNOWN_MODEL */
            readonly code: string;
            readonly detail: string;
            /**
             * @description The offending field, where one is to blame
             * @example data.provider
             */
            readonly path?: string;
        };
        readonly RememberedItem: {
            readonly height: number;
            /** @description Of that page, or its first digits */
            readonly hash: string;
            /** @description Who remembers it */
            readonly source: string;
        };
        readonly ReplayAnswer: {
            /** @description Null for a dry run */
            readonly id: string | null;
            readonly dryRun: boolean;
            readonly reason: string;
            /** @example key:k-3f9a */
            readonly actor: string;
            /** Format: date-time */
            readonly orderedAt: string;
            /**
             * Format: date-time
             * @description Null while it is under way
             */
            readonly endedAt: string | null;
            /** @description Letters that it is about */
            readonly matching: number;
            /** @description Letters that were played, or tried in a dry run */
            readonly done: number;
            readonly charged: number;
            /** @description Charged before: not charged again */
            readonly duplicates: number;
            readonly failing: number;
            /** @description Tokens: the sum of the charges */
            readonly amount: string;
            /** @description Why some still fail, by reason */
            readonly failures: readonly components["schemas"]["LetterFailure"][];
        };
        readonly ReplayBody: {
            /** @description Which letters; at least one of its members but state */
            readonly filter: components["schemas"]["LetterFilterBody"];
            /** @example the customer is registered now */
            readonly reason: string;
            /** @description Say what it would come to, and write nothing. Without it: false */
            readonly dryRun?: boolean;
        };
        readonly ReplaySource: {
            /** @enum {string} */
            readonly kind: "replay";
            readonly topic: string;
            readonly partition: number;
            readonly offset: number;
        };
        readonly RequestSource: {
            /** @enum {string} */
            readonly kind: "request";
            readonly id: string;
        };
        readonly ReratedUsage: {
            /** @description All charges recorded after this instant are rated again, and no others */
            readonly after: string;
            /** @description Whether these are all of the last 30 days; else more than 100000 entries were recorded, and the newest are rated */
            readonly complete: boolean;
            /** @description Of what could be rated */
            readonly total: components["schemas"]["ComparedAmount"];
            /** @description What they pay; at most 1000, the most changed first */
            readonly customers: readonly components["schemas"]["ComparedCustomer"][];
            /** @description Their shares of it, likewise */
            readonly providers: readonly components["schemas"]["ComparedProvider"][];
            /** @description What the new price book has no price for; in no sum above */
            readonly unrated: readonly components["schemas"]["UnratedItem"][];
        };
        readonly ReratingBody: {
            /**
             * @description Own time of the usage, included; an RFC 3339 instant or a UTC day
             * @example 2026-10-01
             */
            readonly from: string;
            /**
             * @description Own time of the usage; an instant is excluded, a UTC day that has ended is included whole
             * @example 2026-10-31
             */
            readonly to: string;
            /**
             * @description The published version to rate by
             * @example 2
             */
            readonly priceBook: number;
            /**
             * @description Only the usage of this one
             * @example acme
             */
            readonly customer?: string;
            /** @description true: say what would change, and write nothing */
            readonly dryRun?: boolean;
            /**
             * @description It stands in every entry
             * @example list price of October corrected
             */
            readonly reason: string;
        };
        readonly ReratingResult: {
            /** @description Charges that cost another amount by the book */
            readonly changed: number;
            /** @description Charges that cost what they did, and are left alone */
            readonly same: number;
            /** @description Charges of usage that is void, passed over */
            readonly void: number;
            /** @description Charges that the book cannot rate, left as they are */
            readonly unrated: number;
            /** @description Of what could be rated */
            readonly total: components["schemas"]["DifferenceAmount"];
            /** @description What they pay; at most 1000, the most changed first. GET /v1/jobs/{id}/differences has all */
            readonly customers: readonly components["schemas"]["CustomerDifference"][];
            /** @description Their shares of it, likewise */
            readonly providers: readonly components["schemas"]["ProviderDifference"][];
            /** @description What the book cannot rate; in no sum above */
            readonly unratedUsage: readonly components["schemas"]["UnratedUsage"][];
        };
        readonly ReversalAnswer: {
            /**
             * @description The journal entry, as GET /v1/entries/{id} knows it
             * @example 2-17-0
             */
            readonly entry: string;
            /**
             * @description The same as `entry`
             * @example 2-17-0
             */
            readonly id: string;
            readonly position: components["schemas"]["PositionAnswer"];
            /**
             * @description The entry that was taken back
             * @example 2-17-0
             */
            readonly reversed: string;
            readonly amount: string;
            /** @description What went back to grants that have not ended */
            readonly returned?: string;
            /** @description What came back to grants that have ended, and went on */
            readonly lapsed?: string;
            /** @description What had been owed and is no more */
            readonly cancelled?: string;
            /** @description Where a reversal was taken back: what is paid again */
            readonly paid?: string;
            /** @description Where a reversal was taken back: what is owed again */
            readonly receivable?: string;
        };
        readonly ReversalBody: {
            /**
             * @description The entry to take back
             * @example 2-17-0
             */
            readonly entry: string;
            /** @example charged for a call that failed */
            readonly reason: string;
        };
        readonly SearchAnswer: {
            /** @description A text may name several things; none is named by an empty list */
            readonly items: readonly components["schemas"]["FoundItem"][];
        };
        readonly SessionAnswer: {
            /** @example k-3f9a */
            readonly keyId: string;
            /** @enum {string} */
            readonly role: "admin" | "operator" | "finance" | "provider" | "customer" | "compliance" | "auditor";
            /** @example p7 */
            readonly provider?: string;
            /** @example acme */
            readonly customer?: string;
            /** @description When it is over at the latest; earlier when it is not used, or when its key is revoked */
            readonly endsAt: string;
        };
        readonly SessionBody: {
            /** @description A key; it is not kept */
            readonly key?: string;
            /** @description What a sign-in link holds behind its #link= */
            readonly link?: string;
        };
        readonly SettlementAnswer: {
            /** @description The batch; follow it with GET /v1/settlements/{id} */
            readonly id: string;
            readonly position: components["schemas"]["PositionAnswer"];
        };
        readonly SettlementBlock: {
            readonly number: string;
            readonly hash: string;
        };
        readonly SettlementDetails: {
            readonly id: string;
            /** @example 31337 */
            readonly chainId: number;
            /** @enum {string} */
            readonly phase: "opened" | "planned" | "signed" | "empty" | "confirmed" | "reverted";
            readonly openedAt: string;
            readonly closedAt: string | null;
            /** @description Paid to all providers together */
            readonly total: string;
            /** @description What the transaction does to the chain’s supply */
            readonly supplyMovement: components["schemas"]["SupplyMovement"];
            readonly payoutCount: number;
            readonly withheldCount: number;
            /** @description Signed transactions; at most one of them is mined */
            readonly attempts: number;
            readonly txHash: string | null;
            readonly block: components["schemas"]["SettlementBlock"] | null;
            readonly gas: components["schemas"]["SettlementGas"] | null;
            /** @description What the transaction commits to: the digest of the heads */
            readonly headsDigest: string | null;
            /** @description Why it was reverted */
            readonly reason: string | null;
            readonly payouts: readonly components["schemas"]["PayoutItem"][];
            /** @description Who was kept out, with amount and reason */
            readonly withheld: readonly components["schemas"]["WithheldPayable"][];
            /** @description The journal heads at which the shards were cut */
            readonly heads: readonly components["schemas"]["CutHead"][];
            /** @description The batch’s own entries, in order */
            readonly steps: readonly components["schemas"]["SettlementStep"][];
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly SettlementGas: {
            readonly used: string;
            /** @description wei */
            readonly price: string;
        };
        readonly SettlementItem: {
            readonly id: string;
            /** @example 31337 */
            readonly chainId: number;
            /** @enum {string} */
            readonly phase: "opened" | "planned" | "signed" | "empty" | "confirmed" | "reverted";
            readonly openedAt: string;
            readonly closedAt: string | null;
            /** @description Paid to all providers together */
            readonly total: string;
            /** @description What the transaction does to the chain’s supply */
            readonly supplyMovement: components["schemas"]["SupplyMovement"];
            readonly payoutCount: number;
            readonly withheldCount: number;
            /** @description Signed transactions; at most one of them is mined */
            readonly attempts: number;
            readonly txHash: string | null;
            readonly block: components["schemas"]["SettlementBlock"] | null;
            readonly gas: components["schemas"]["SettlementGas"] | null;
            /** @description What the transaction commits to: the digest of the heads */
            readonly headsDigest: string | null;
            /** @description Why it was reverted */
            readonly reason: string | null;
        };
        readonly SettlementStep: {
            readonly type: string;
            /** @description The journal entry, as GET /v1/entries/{id} knows it */
            readonly entry: string;
            readonly time: string;
        };
        readonly SettlementsAnswer: {
            readonly items: readonly components["schemas"]["SettlementItem"][];
            readonly nextCursor: string | null;
        };
        readonly ShardItem: {
            readonly shard: number;
            /** @enum {string} */
            readonly kind: "holders" | "registry";
            /** @description 0: the shard is empty */
            readonly height: number;
            /** @description Of the newest page; zeros for an empty shard */
            readonly hash: string;
            readonly recordedAt: string | null;
            /** @description The last instant at which nothing can be recorded any more; null for an empty shard */
            readonly closedTo: string | null;
        };
        readonly ShardsAnswer: {
            readonly items: readonly components["schemas"]["ShardItem"][];
            readonly nextCursor: string | null;
        };
        readonly SkipAnswer: {
            /** @example airtime.usage.v1 */
            readonly topic: string;
            /** @example 3 */
            readonly partition: number;
            /**
             * @description First offset that is skipped
             * @example 4700
             */
            readonly from: number;
            /**
             * @description Last offset that is skipped
             * @example 4719
             */
            readonly to: number;
            readonly position: components["schemas"]["PositionAnswer"];
        };
        readonly SkipBody: {
            /** @example airtime.usage.v1 */
            readonly topic: string;
            /** @example 3 */
            readonly partition: number;
            /**
             * @description An offset of the batch at which the partition stopped
             * @example 4711
             */
            readonly offset: number;
            /** @example producer bug, its owner sends the usage again */
            readonly reason: string;
        };
        readonly SlashAnswer: {
            /**
             * @description The journal entry, as GET /v1/entries/{id} knows it
             * @example 2-17-0
             */
            readonly entry: string;
            /**
             * @description The same as `entry`
             * @example 2-17-0
             */
            readonly id: string;
            readonly position: components["schemas"]["PositionAnswer"];
            /** @example 2-22-0 */
            readonly slash: string;
        };
        readonly SlashBody: {
            /** @example acme */
            readonly holder: string;
            /**
             * @description Tokens, a decimal string with at most 18 fraction digits
             * @example 100
             */
            readonly amount: string;
            /** @example served a model that it does not have */
            readonly reason: string;
            /**
             * @description Who found the fault: it has a part of the amount
             * @example globex
             */
            readonly finder?: string;
        };
        readonly SpentMeasure: {
            /**
             * @description Tokens that were charged, paid or owed, less what was reversed
             * @example 1000
             */
            readonly amount: string;
            /**
             * @description Of 24 hours, until now
             * @example 30
             */
            readonly days: number;
        };
        readonly SplitPoliciesAnswer: {
            readonly items: readonly components["schemas"]["SplitPolicyItem"][];
            readonly nextCursor: string | null;
        };
        readonly SplitPolicyBody: {
            /**
             * @description Basis points of each charge; the four sum to 10000
             * @example 8000
             */
            readonly provider: number;
            /** @example 1000 */
            readonly treasury: number;
            /** @example 500 */
            readonly stakers: number;
            /** @example 500 */
            readonly burn: number;
            /** @example 2026-01-01T00:00:00Z */
            readonly effectiveAt: string;
            /** @description Types of usage that have shares of their own, each once; all others have the policy’s */
            readonly types?: readonly components["schemas"]["TypeSharesBody"][];
        };
        readonly SplitPolicyItem: {
            readonly version: number;
            readonly effectiveAt: string;
            /** @description Basis points; the four sum to 10000 */
            readonly provider: number;
            readonly treasury: number;
            readonly stakers: number;
            readonly burn: number;
            /** @description Types of usage that have shares of their own, each once; all others have the policy’s */
            readonly types?: readonly components["schemas"]["TypeSharesBody"][];
        };
        readonly SplitReport: {
            readonly from: string | null;
            readonly to: string | null;
            /** @description Of usage that was covered in the period, whenever it was charged */
            readonly paid: components["schemas"]["SplitShares"];
            /** @description Now: shares that wait for their customer to cover them */
            readonly waiting: components["schemas"]["SplitShares"];
            /** @description true: the instant or period is over and closed, nothing can be recorded in it any more; false: more may come */
            readonly closed: boolean;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly SplitShares: {
            readonly providers: string;
            readonly treasury: string;
            readonly stakers: string;
            readonly burned: string;
            /** @description Sum of the four */
            readonly total: string;
        };
        readonly StakeBody: {
            /** @example acme */
            readonly holder: string;
            /**
             * @description Tokens, a decimal string with at most 18 fraction digits
             * @example 100
             */
            readonly amount: string;
        };
        readonly StakesAnswer: {
            /** @example acme */
            readonly holder: string;
            readonly asOf: string | null;
            /** @description What earns */
            readonly staked: string;
            /** @description On its way back: it earns nothing, and can be slashed */
            readonly unbonding: string;
            /** @description The soonest completing first */
            readonly unbondings: readonly components["schemas"]["UnbondingItem"][];
            /** @description Whether its yield is staked at once: PUT /v1/holders/{id}/compounding */
            readonly compounding: boolean;
            /** @description true: the instant or period is over and closed, nothing can be recorded in it any more; false: more may come */
            readonly closed: boolean;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly StakingPoliciesAnswer: {
            readonly items: readonly components["schemas"]["StakingPolicyItem"][];
            readonly nextCursor: string | null;
        };
        readonly StakingPolicyBody: {
            /**
             * @description Of what is unstaked or slashed at or after this instant
             * @example 2026-01-01T00:00:00Z
             */
            readonly effectiveAt: string;
            /**
             * @description How long what is unstaked is on its way back, at most ten years
             * @example 1814400
             */
            readonly unbondingSeconds: number;
            /**
             * @description What a finder has of a slash, in ten-thousandths
             * @example 500
             */
            readonly finderBps: number;
        };
        readonly StakingPolicyItem: {
            /**
             * @description Of what is unstaked or slashed at or after this instant
             * @example 2026-01-01T00:00:00Z
             */
            readonly effectiveAt: string;
            /**
             * @description How long what is unstaked is on its way back, at most ten years
             * @example 1814400
             */
            readonly unbondingSeconds: number;
            /**
             * @description What a finder has of a slash, in ten-thousandths
             * @example 500
             */
            readonly finderBps: number;
            readonly version: number;
        };
        readonly StatementBody: {
            /** @enum {string} */
            readonly type: "WriterAdmitted" | "WriterDismissed" | "PageVoided" | "LossAccepted" | "RootsChanged";
            /** @description Of the writer that is admitted or dismissed */
            readonly publicKey?: string;
            readonly name?: string;
            /** @description Types of events that the writer may write; absent: all */
            readonly events?: readonly string[];
            /** @description Shards that it may write in; absent: all */
            readonly shards?: readonly number[];
            /** @description Of the page that is void, or of the head that a shard goes on from */
            readonly shard?: number;
            readonly height?: number;
            readonly hash?: string;
            /** @description Pages that are remembered and given up */
            readonly lost?: readonly components["schemas"]["LostPage"][];
            readonly roots?: readonly string[];
            readonly reason?: string;
            /** @description Public key of the root that signed */
            readonly root: string;
            /** @description One above that of the statement before */
            readonly number: number;
            /** @description Ed25519 over the statement’s text, see docs/journal.md */
            readonly signature: string;
        };
        readonly StructuredMovementsReport: {
            readonly from: string | null;
            readonly to: string | null;
            readonly below: string;
            readonly windowHours: number;
            readonly count: number;
            readonly items: readonly components["schemas"]["StructuredSeriesItem"][];
            readonly nextCursor: string | null;
            /** @description true: the instant or period is over and closed, nothing can be recorded in it any more; false: more may come */
            readonly closed: boolean;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly StructuredSeriesItem: {
            readonly holder: string;
            /** @enum {string} */
            readonly kind: "burn" | "buy-back" | "grant" | "grant_void" | "mint" | "payout" | "reversal" | "slash" | "slash_reward" | "transfer_in" | "transfer_out" | "yield";
            /** @description First movement of the heaviest window */
            readonly from: string;
            /** @description Its last movement */
            readonly to: string;
            /** @description Movements in it */
            readonly count: number;
            readonly sum: string;
            /** @description The largest of them */
            readonly largest: string;
        };
        readonly SupplyAnswer: {
            readonly asOf: string | null;
            /** @example AIR */
            readonly asset: string;
            readonly minted: string;
            readonly mintedBy: components["schemas"]["MintedBy"];
            /** @description By command, by buy-backs and as the burn share of usage */
            readonly burned: string;
            readonly burnedBy: components["schemas"]["BurnedBy"];
            /** @description minted minus burned */
            readonly supply: string;
            /** @description The cap in force at that moment; null: there is none */
            readonly cap: components["schemas"]["CapAnswer"] | null;
            /** @description What can be spent or is owed in the ledger: customers, providers, treasury, stakers */
            readonly holders: string;
            /** @description Between the two entries of a transfer */
            readonly transit: string;
            /** @description Cut into a settlement batch that is not final */
            readonly inTransit: string;
            /** @description Paid out on chain */
            readonly withdrawn: string;
            /** @description Usage that no balance covered yet; no part of the supply */
            readonly receivable: string;
            readonly onChain: readonly components["schemas"]["ChainSupply"][];
            /** @description supply minus the supply on all chains: what the next batch mints. Below zero only by what was burned since the last batch, which the next one burns on chain; anything else breaks a check */
            readonly inFlight: string;
            readonly checks: readonly components["schemas"]["SupplyCheck"][];
            /** @description All checks agree */
            readonly lawful: boolean;
            /** @description true: the instant or period is over and closed, nothing can be recorded in it any more; false: more may come */
            readonly closed: boolean;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly SupplyBody: {
            /** @example acme */
            readonly holder: string;
            /**
             * @description Tokens, a decimal string with at most 18 fraction digits
             * @example 1000.5
             */
            readonly amount: string;
            /** @example card payment 4711 */
            readonly reason: string;
        };
        readonly SupplyCheck: {
            readonly name: string;
            readonly left: string;
            readonly right: string;
            readonly agrees: boolean;
        };
        readonly SupplyMovement: {
            readonly mint: string;
            readonly burn: string;
        };
        readonly SystemSource: {
            /** @enum {string} */
            readonly kind: "system";
            readonly name: string;
        };
        readonly TablesComparisonAnswer: {
            /** @description All tables are what the journal says */
            readonly ok: boolean;
            /**
             * Format: date-time
             * @description The instant whose rows were compared
             */
            readonly comparedAt: string;
            readonly durationMs: number;
            readonly shards: readonly components["schemas"]["ComparedShard"][];
            readonly tables: readonly components["schemas"]["ComparedTableAnswer"][];
        };
        readonly TallyAnswer: {
            /** @example 120.5 */
            readonly yes: string;
            /** @example 3 */
            readonly no: string;
            /** @example 0 */
            readonly abstain: string;
        };
        readonly TermsBody: {
            /**
             * @description The most that the customer may owe, in tokens; null: any amount. Left out, it stays as it is
             * @example 100
             */
            readonly creditLimit?: string | null;
            /**
             * @description Below which of its funds it is told that it is to be topped up; null: never. Left out, it stays as it is
             * @example 5
             */
            readonly topUpThreshold?: string | null;
        };
        readonly TierBody: {
            /**
             * @description Tokens that are neither held nor pending
             * @example 20
             */
            readonly available?: string;
            /**
             * @description Tokens that are staked and do not unbond
             * @example 20
             */
            readonly staked?: string;
            readonly spent?: components["schemas"]["SpentMeasure"];
        };
        readonly TierItem: {
            /**
             * @description Tokens that are neither held nor pending
             * @example 20
             */
            readonly available?: string;
            /**
             * @description Tokens that are staked and do not unbond
             * @example 20
             */
            readonly staked?: string;
            readonly spent?: components["schemas"]["SpentMeasure"];
            /** @example gold */
            readonly tier: string;
        };
        readonly TiersAnswer: {
            readonly items: readonly components["schemas"]["TierItem"][];
            readonly nextCursor: string | null;
        };
        readonly TopUpItem: {
            /**
             * @description The id of the entry: act on each once
             * @example 2-19-1
             */
            readonly request: string;
            /** @example acme */
            readonly customer: string;
            /** @example 5 */
            readonly threshold: string;
            /**
             * @description What was available and held then
             * @example 4
             */
            readonly funds: string;
            readonly recordedAt: string;
        };
        readonly TopUpsAnswer: {
            readonly items: readonly components["schemas"]["TopUpItem"][];
            readonly nextCursor: string | null;
        };
        readonly TopicAnswer: {
            /**
             * @description The journal entry, as GET /v1/entries/{id} knows it
             * @example 2-17-0
             */
            readonly entry: string;
            /**
             * @description The same as `entry`
             * @example 2-17-0
             */
            readonly id: string;
            readonly position: components["schemas"]["PositionAnswer"];
            /** @example usage-2 */
            readonly name: string;
            /** @example airtime.usage.v1 */
            readonly topic: string;
            /** @description The cluster of the brokers that this service is connected to */
            readonly clusterId: string;
        };
        readonly TopicBody: {
            /**
             * @description How pages and origins are to call it; never used before
             * @example usage-2
             */
            readonly name: string;
            /** @example airtime.usage.v1 */
            readonly topic: string;
        };
        readonly TopicItem: {
            /**
             * @description How pages and origins call it
             * @example airtime.usage.v1
             */
            readonly name: string;
            /** @example airtime.usage.v1 */
            readonly topic: string;
            /** @description The cluster that it is a topic of */
            readonly clusterId: string;
            readonly registeredAt: string;
        };
        readonly TopicsAnswer: {
            readonly items: readonly components["schemas"]["TopicItem"][];
            readonly nextCursor: string | null;
        };
        readonly TransferBody: {
            /** @example acme */
            readonly from: string;
            /** @example globex */
            readonly to: string;
            /** @example 25 */
            readonly amount: string;
            /** @example team budget */
            readonly reason: string;
        };
        readonly TrialBalanceAnswer: {
            readonly asOf: string | null;
            /** @description Debits equal credits for every asset, and in every shard */
            readonly balanced: boolean;
            readonly groups: readonly components["schemas"]["TrialBalanceLine"][];
            readonly totals: readonly components["schemas"]["TrialBalanceTotal"][];
            /** @description Shards whose balances do not sum to zero; empty in sound books */
            readonly unbalancedShards: readonly components["schemas"]["UnbalancedShard"][];
            /** @description true: the instant or period is over and closed, nothing can be recorded in it any more; false: more may come */
            readonly closed: boolean;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly TrialBalanceLine: {
            /** @example customer:*:available */
            readonly group: string;
            /** @example AIR */
            readonly asset: string;
            /** @description How many accounts the group has */
            readonly accounts: number;
            /** @description Sum of its balances below zero */
            readonly debit: string;
            /** @description Sum of its balances above zero */
            readonly credit: string;
            /** @description credit minus debit */
            readonly balance: string;
        };
        readonly TrialBalanceTotal: {
            readonly asset: string;
            readonly debit: string;
            readonly credit: string;
            /** @description 0 in sound books */
            readonly difference: string;
        };
        readonly TypeSharesBody: {
            /**
             * @description Basis points of each charge; the four sum to 10000
             * @example 8000
             */
            readonly provider: number;
            /** @example 1000 */
            readonly treasury: number;
            /** @example 500 */
            readonly stakers: number;
            /** @example 500 */
            readonly burn: number;
            /**
             * @description The type of the usage events that are split by these shares
             * @example ai.data.usage
             */
            readonly type: string;
        };
        readonly UnbalancedShard: {
            readonly shard: number;
            readonly asset: string;
            readonly sum: string;
        };
        readonly UnbondingItem: {
            /**
             * @description The id of the entry that unstaked it
             * @example 2-21-0
             */
            readonly unbonding: string;
            /** @description What slashes left of it */
            readonly amount: string;
            readonly completesAt: string;
        };
        readonly UnratedItem: {
            /** @description * where more kinds than an answer tells apart are counted together */
            readonly usageType: string;
            readonly model: string;
            readonly provider: string;
            readonly region?: string;
            readonly code: string;
            /** @description The member of the usage that is in the way */
            readonly path?: string;
            readonly events: number;
            /** @description Tokens that were charged for it */
            readonly before: string;
        };
        readonly UnratedUsage: {
            readonly usageType: string;
            readonly model: string;
            readonly provider: string;
            readonly region?: string;
            readonly code: string;
            /** @description The member of the usage that is in the way */
            readonly path?: string;
            readonly events: number;
            /** @description Tokens that were charged for it */
            readonly before: string;
        };
        readonly UnstakeAnswer: {
            /**
             * @description The journal entry, as GET /v1/entries/{id} knows it
             * @example 2-17-0
             */
            readonly entry: string;
            /**
             * @description The same as `entry`
             * @example 2-17-0
             */
            readonly id: string;
            readonly position: components["schemas"]["PositionAnswer"];
            /**
             * @description GET /v1/holders/{id}/stakes says when it completes
             * @example 2-21-0
             */
            readonly unbonding: string;
        };
        readonly UsageAnswerBody: {
            /** @description Events charged now */
            readonly accepted: number;
            /** @description Events charged before: the same source, id and content */
            readonly duplicates: number;
            /** @description Events whose source and id were charged with other content; recorded, not charged */
            readonly conflicts: number;
            /** @description Events not charged and not recorded */
            readonly rejected: readonly components["schemas"]["RejectedUsageAnswer"][];
            /** @description Newest position of each shard that the batch touched */
            readonly positions: readonly components["schemas"]["PositionAnswer"][];
            /** @description With ?detail=true: the events charged now */
            readonly charged?: readonly components["schemas"]["ChargedUsageAnswer"][];
        };
        readonly UsageCorrectionAnswer: {
            /**
             * @description The journal entry, as GET /v1/entries/{id} knows it
             * @example 2-17-0
             */
            readonly entry: string;
            /**
             * @description The same as `entry`
             * @example 2-17-0
             */
            readonly id: string;
            readonly position: components["schemas"]["PositionAnswer"];
            /** @description The entry that was taken back */
            readonly corrected: string;
            /** @description The reversal of it */
            readonly reversal: string;
            /** @description Tokens that it had charged */
            readonly voided: string;
            /** @description Of a replacement: what it charges */
            readonly amount?: string;
            /** @description Of a replacement: what of it is owed */
            readonly receivable?: string;
        };
        readonly UsageCorrectionBody: {
            /** @example gateway/eu-1 */
            readonly source: string;
            /** @example req-1 */
            readonly id: string;
            /** @enum {string} */
            readonly action: "void" | "replace";
            /** @description What takes its place, with the same source, id and subject; without a time it keeps that of the charge */
            readonly event?: components["schemas"]["UsageEvent"];
            /** @example the gateway counted a retry twice */
            readonly reason: string;
        };
        readonly UsageData: {
            /**
             * @description The provider that served the usage
             * @example p7
             */
            readonly provider: string;
            /** @example llama-3.1-70b */
            readonly model: string;
            /**
             * @description Quantities by meter: decimal strings or whole numbers
             * @example {
             *       "input_tokens": "1200",
             *       "output_tokens": "350"
             *     }
             */
            readonly meters: {
                readonly [key: string]: string | number;
            };
            /**
             * @description Where it was served; a price may be of one region alone
             * @example eu-west-1
             */
            readonly region?: string;
            /**
             * @description Recorded with the charge
             * @example acme/research/key-7
             */
            readonly budget?: string;
            /**
             * @description Recorded with the charge
             * @example h-12
             */
            readonly hold?: string;
            /** @description Where the data comes from that was used, sold or validated; kept with the charge, no part of its price */
            readonly provenance?: components["schemas"]["UsageProvenance"];
        };
        readonly UsageEvent: {
            /** @example 1.0 */
            readonly specversion: string;
            /**
             * @description Unique for its source, for ever
             * @example req-1
             */
            readonly id: string;
            /** @example gateway/eu-1 */
            readonly source: string;
            /**
             * @description A usage type that the price book prices
             * @example ai.compute.usage
             */
            readonly type: string;
            /**
             * @description RFC 3339; the time of arrival when absent
             * @example 2026-11-22T10:00:00Z
             */
            readonly time?: string;
            /**
             * @description The paying customer
             * @example acme
             */
            readonly subject: string;
            /** @example application/json */
            readonly datacontenttype?: string;
            readonly data: components["schemas"]["UsageData"];
        };
        readonly UsageItem: {
            /** @description Usage events charged */
            readonly events: number;
            /** @description Tokens charged */
            readonly amount: string;
            /** @description The part that no balance covered when it was charged */
            readonly receivable: string;
            /**
             * @description Exact totals by meter, as decimal strings
             * @example {
             *       "input_tokens": "1200"
             *     }
             */
            readonly meters: {
                readonly [key: string]: string;
            };
            /**
             * @description The day, customer, provider or model
             * @example 2026-11-22
             */
            readonly key: string;
        };
        readonly UsageProvenance: {
            /**
             * @description The name of the data set
             * @example weather/eu-2026
             */
            readonly dataset?: string;
            /**
             * @description Under which it may be used
             * @example CC-BY-4.0
             */
            readonly licence?: string;
            /**
             * @description SHA-256 of its content
             * @example abababababababababababababababababababababababababababababababab
             */
            readonly contentHash?: string;
        };
        readonly UsageReport: {
            readonly from: string | null;
            readonly to: string | null;
            /** @enum {string} */
            readonly groupBy: "day" | "customer" | "provider" | "model";
            /** @description Of the whole period, not only of this answer */
            readonly totals: components["schemas"]["UsageTotals"];
            readonly items: readonly components["schemas"]["UsageItem"][];
            readonly nextCursor: string | null;
            readonly position: readonly components["schemas"]["PositionAnswer"][];
        };
        readonly UsageTotals: {
            /** @description Usage events charged */
            readonly events: number;
            /** @description Tokens charged */
            readonly amount: string;
            /** @description The part that no balance covered when it was charged */
            readonly receivable: string;
            /**
             * @description Exact totals by meter, as decimal strings
             * @example {
             *       "input_tokens": "1200"
             *     }
             */
            readonly meters: {
                readonly [key: string]: string;
            };
        };
        readonly UsdRateBody: {
            /**
             * @description Prices in dollars of usage whose own time is at or after this instant
             * @example 2026-01-01T00:00:00Z
             */
            readonly effectiveAt: string;
            /**
             * @description Dollars for one token; at most 18 fraction digits
             * @example 0.02
             */
            readonly usdPerToken: string;
        };
        readonly UsdRateItem: {
            /**
             * @description Prices in dollars of usage whose own time is at or after this instant
             * @example 2026-01-01T00:00:00Z
             */
            readonly effectiveAt: string;
            /**
             * @description Dollars for one token; at most 18 fraction digits
             * @example 0.02
             */
            readonly usdPerToken: string;
            readonly version: number;
        };
        readonly UsdRatesAnswer: {
            readonly items: readonly components["schemas"]["UsdRateItem"][];
            readonly nextCursor: string | null;
        };
        readonly VerificationAnswer: {
            /** @description Nothing was found */
            readonly ok: boolean;
            readonly pages: number;
            readonly events: number;
            /** @description Where each shard ended */
            readonly heads: readonly components["schemas"]["HeadAnswer"][];
            /** @description All findings, also those that the list leaves out */
            readonly findingCount: number;
            readonly findings: readonly components["schemas"]["FindingAnswer"][];
            /** @description When every table was last compared with a replay (`airtime verify --tables`); null: never */
            readonly tables: components["schemas"]["LastComparisonAnswer"] | null;
        };
        readonly VoidBody: {
            /** @example granted by mistake */
            readonly reason: string;
        };
        readonly VoteBody: {
            /** @example acme */
            readonly voter: string;
            /** @enum {string} */
            readonly choice: "yes" | "no" | "abstain";
        };
        readonly VoteItem: {
            /** @example acme */
            readonly voter: string;
            /** @enum {string} */
            readonly choice: "yes" | "no" | "abstain";
            readonly weight: string;
            /** @example 4-19-0 */
            readonly entry: string;
            readonly recordedAt: string;
        };
        readonly VotesAnswer: {
            readonly items: readonly components["schemas"]["VoteItem"][];
            readonly nextCursor: string | null;
        };
        readonly WalletBody: {
            /** @example 31337 */
            readonly chainId: number;
            /** @example 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 */
            readonly wallet: string;
        };
        readonly WatchedKafka: {
            readonly topic: string;
            /** @description Of all partitions; null: no broker says it */
            readonly lag: number | null;
            readonly partitions: readonly components["schemas"]["WatchedPartition"][];
        };
        readonly WatchedPartition: {
            readonly partition: number;
            /** @description Messages that the group has not committed */
            readonly lag: number;
        };
        readonly WatchedShard: {
            readonly shard: number;
            /** @enum {string} */
            readonly kind: "holders" | "registry";
            /** @description 0: the shard is empty */
            readonly height: number;
            /**
             * Format: date-time
             * @description Of the newest page
             */
            readonly recordedAt: string | null;
            /**
             * Format: date-time
             * @description The last instant at which nothing can be recorded any more
             */
            readonly closedTo: string | null;
            /** @description Pages that the read models do not include yet */
            readonly behind: number;
        };
        readonly WatchedState: {
            /** Format: date-time */
            readonly at: string;
            readonly shards: readonly components["schemas"]["WatchedShard"][];
            /** @description Null where usage comes over HTTP alone */
            readonly kafka: components["schemas"]["WatchedKafka"] | null;
            /** @description Rejected messages that wait for somebody */
            readonly deadLetters: number;
            /** @description Open breaks between ledger and chain */
            readonly breaks: number;
        };
        readonly WeightItem: {
            /** @example acme */
            readonly holder: string;
            /** @description Available, held and staked at the instant of the proposal */
            readonly weight: string;
        };
        readonly WeightsAnswer: {
            readonly items: readonly components["schemas"]["WeightItem"][];
            readonly nextCursor: string | null;
        };
        readonly WithheldAnswer: {
            readonly amount: string;
            /** @example kyc_unverified */
            readonly reason: string;
            readonly batch: string;
            readonly since: string;
        };
        readonly WithheldItem: {
            /** @example p7 */
            readonly provider: string;
            readonly amount: string;
            /** @example kyc_unverified */
            readonly reason: string;
            /** @description The newest batch that withheld it */
            readonly batch: string;
            /** @description When a cut withheld it first since the last payout */
            readonly since: string;
        };
        readonly WithheldListAnswer: {
            readonly items: readonly components["schemas"]["WithheldItem"][];
            readonly nextCursor: string | null;
        };
        readonly WithheldPayable: {
            readonly provider: string;
            readonly amount: string;
            readonly reason: string;
        };
        readonly WriterItem: {
            /** @description How pages name it */
            readonly id: string;
            readonly publicKey: string;
            readonly name: string;
            /** @description Types of events; null: all */
            readonly events: readonly string[] | null;
            /** @description Shards; null: all */
            readonly shards: readonly number[] | null;
            /** @description Height of the registry from which on it may write */
            readonly from: number;
            /** @description Height from which on it may write no more */
            readonly to: number | null;
        };
        readonly WritersAnswer: {
            /** @description The journal’s id */
            readonly journal: string;
            /** @description Statements that roots have made; the next is numbered one above */
            readonly statements: number;
            /** @description Public keys of the roots */
            readonly roots: readonly string[];
            readonly items: readonly components["schemas"]["WriterItem"][];
            readonly nextCursor: string | null;
        };
        readonly YieldStakerItem: {
            /** @example acme */
            readonly holder: string;
            /**
             * @description Tokens staked times milliseconds within the epoch
             * @example 30000
             */
            readonly stakeTime: string;
            /** @example 0.7 */
            readonly amount: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
