// Written by `npm run docs:write` from the API document. Changes belong into the controllers.
export interface paths {
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What every part says about itself, for operators */
        get: operations["HealthController_details"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers */
        get: operations["HealthController_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The service can do its work; else the failing parts are named */
        get: operations["HealthController_ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics for Prometheus */
        get: operations["MetricsController_expose"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An account’s entries, newest first */
        get: operations["AccountEntriesController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/breaks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Breaks between ledger and chain, the oldest first */
        get: operations["ReconciliationReadsController_breaks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/burns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a holder’s tokens out of existence */
        post: operations["SupplyController_burn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Chains that payouts may go to, with their contracts, highest chain id first */
        get: operations["ChainListController_chains"];
        put?: never;
        /**
         * Register the settlement contracts of the chain that CHAIN_RPC_URL leads to
         * @description With deploy they are deployed first, once: a deployment that was broken off is found again. Repeating it changes nothing.
         */
        post: operations["ChainsController_register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One entry with its postings, versions, source, page and proof */
        get: operations["EntriesController_entry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/holders/{id}/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A holder’s balances, now or as of any past instant */
        get: operations["BalanceController_balance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/journal/pages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Pages of a shard, with everything their digests cover; about four megabytes an answer */
        get: operations["JournalPagesController_pages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/journal/shards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The journal’s shards and where each ends */
        get: operations["JournalPagesController_shards"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/kafka/skips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go on behind a batch that cannot be read
         * @description Only the offsets of the batch at which a partition stopped; 409 PARTITION_NOT_STOPPED otherwise. They are recorded as rejected usage with code SKIPPED. The partition goes on within seconds, whichever process owns it.
         */
        post: operations["KafkaSkipsController_skip"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Issue a key for a role; the secret is shown this once */
        post: operations["KeysController_issueKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a key */
        delete: operations["KeysController_revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/supply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Minted, burned, and where the supply is, with the law’s checks */
        get: operations["SupplyController_supply"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/trial-balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All accounts in groups, with totals */
        get: operations["TrialBalanceController_groups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/trial-balance/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All accounts, or those of one group; give asOf so that all pages of the list belong together */
        get: operations["TrialBalanceController_accounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Recompute the whole journal and compare the books; one at a time */
        post: operations["VerificationController_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/mints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Issue tokens to a holder */
        post: operations["SupplyController_mint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/parties": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customers and providers, with KYC state and payout wallets */
        get: operations["PartiesListController_list"];
        put?: never;
        /** Register a customer, a provider or both; its KYC state begins as unverified */
        post: operations["PartiesController_register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/parties/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A party with its KYC state and wallets; a provider’s key sees its own */
        get: operations["PartiesController_party"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/parties/{id}/kyc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move a party to another KYC state */
        post: operations["PartiesController_changeKyc"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/parties/{id}/wallets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set the wallet that payouts on a chain go to */
        post: operations["PartiesController_setWallet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Payouts, newest first; a provider’s key sees its own */
        get: operations["PayoutsController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payouts/held": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the compliance gate keeps out of payouts now, and why */
        get: operations["PayoutsController_held"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policies/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Published split policies, newest version first */
        get: operations["SplitPoliciesController_splitPolicies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policies/split/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Publish a split policy; a version never changes */
        put: operations["SplitPoliciesController_publishSplitPolicy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/price-books": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Published price books, newest version first; a provider’s key sees its own lines */
        get: operations["PriceBooksController_priceBooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/price-books/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Publish a price book; a version never changes */
        put: operations["PriceBooksController_publishPriceBook"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/projections/rebuild": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Fold the read models again from the first page; readers see the old ones until it is done */
        post: operations["ProjectionsController_rebuild"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/projections/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replay the whole journal and compare every read model with the replay; one at a time */
        post: operations["TableComparisonController_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/providers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A provider’s KYC state, payout wallets, and whether the next batch pays it */
        get: operations["ProviderDeskController_provider"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/providers/{id}/earnings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a provider earned and was paid in a period, and what is owed to it now */
        get: operations["ProviderDeskController_earnings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reconciliations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reconciliations, newest first */
        get: operations["ReconciliationReadsController_list"];
        put?: never;
        /** Compare the ledger with the chain at its final block */
        post: operations["ReconciliationsController_reconcile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reconciliations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One reconciliation with its breaks */
        get: operations["ReconciliationReadsController_reconciliation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/large-movements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mints, burns, transfers and payouts from a threshold up, newest first */
        get: operations["MovementReportsController_large"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who got what of paid usage in a period */
        get: operations["SplitReportController_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/structured-movements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Series of small movements that together reach a threshold within a window
         * @description At least `count` movements of one holder and kind, each below `below`, within `windowHours`, whose sum reaches `below`.
         */
        get: operations["MovementReportsController_structured"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Meter totals and amounts, by day, customer, provider or model */
        get: operations["UsageReportController_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Settlement batches, newest first */
        get: operations["SettlementReadsController_list"];
        put?: never;
        /**
         * Cut, pay and book a settlement batch now
         * @description A batch that finds nothing to pay and no supply to move ends as empty.
         */
        post: operations["SettlementsController_open"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One batch: phase, payouts, what was held, transaction, heads and steps */
        get: operations["SettlementReadsController_settlement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move tokens from one holder to another */
        post: operations["TransfersController_transfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Charge usage events; answered when they are durable */
        post: operations["UsageController_record"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AccountBalanceItem: {
            /** @example customer:acme:available */
            account: string;
            asset: string;
            debit: string;
            credit: string;
            balance: string;
        };
        AccountBalancesAnswer: {
            asOf: string | null;
            items: components["schemas"]["AccountBalanceItem"][];
            nextCursor: string | null;
            position: components["schemas"]["PositionAnswer"][];
        };
        AccountEntriesAnswer: {
            items: components["schemas"]["AccountEntryItem"][];
            nextCursor: string | null;
            position: components["schemas"]["PositionAnswer"][];
        };
        AccountEntryItem: {
            /** @example 2-17-0 */
            id: string;
            /** @example UsageCharged */
            type: string;
            /** @description By the one who reported it; null: it is no time */
            time: string | null;
            recordedAt: string;
            /** @description Signed: what the entry added to the account */
            amount: string;
            /** @description Of the account over all shards, in the order of this list */
            balanceAfter: string;
            /** @description Of the account’s part in the entry’s shard */
            shardBalanceAfter: string;
            actor: string;
            source: components["schemas"]["KafkaSource"] | components["schemas"]["RequestSource"] | components["schemas"]["SystemSource"];
            holder: string | null;
            counterparty: string | null;
            /** @description The whole entry: both sides */
            postings?: components["schemas"]["PostingAnswer"][];
        };
        BalanceAnswer: {
            /** @example acme */
            holder: string;
            /** @example AIR */
            asset: string;
            /** @description null: now */
            asOf: string | null;
            /**
             * @description Can be spent
             * @example 12.5
             */
            available: string;
            /** @description Reserved, or kept out of payouts by the compliance gate */
            held: string;
            staked: string;
            unbonding: string;
            /** @description Earned as a provider and not yet in a settlement batch */
            payable: string;
            /** @description What the customer owes for usage that no balance covered; positive */
            receivable: string;
            /** @description Earned as a provider, payable once its customers cover it */
            uncovered: string;
            position: components["schemas"]["PositionAnswer"][];
        };
        BreakAnswer: {
            key: string;
            /** @example MISSING_ON_CHAIN */
            class: string;
            detail: string;
            ledger: string;
            chain: string;
            /** @description When a reconciliation first found it */
            since: string;
            ageSeconds: number;
        };
        BreakItem: {
            /** @description The same in every run that finds it */
            key: string;
            /** @example MISSING_ON_CHAIN */
            class: string;
            detail: string;
            /** @description What the ledger says */
            ledger: string;
            /** @description What the chain says */
            chain: string;
            /** @enum {string} */
            state: "open" | "closed";
            since: string;
            lastSeen: string;
            closedAt: string | null;
            /** @description From its finding until now, or until it was closed */
            ageSeconds: number;
            /** @enum {string} */
            ageing: "under_1h" | "1h_to_24h" | "1d_to_7d" | "7d_to_30d" | "over_30d";
        };
        BreaksAnswer: {
            items: components["schemas"]["BreakItem"][];
            nextCursor: string | null;
        };
        BurnedBy: {
            command: string;
            usage: string;
        };
        ChainAnswer: {
            /** @example 31337 */
            chainId: number;
            token: string;
            vault: string;
            /** @description The account that settles; it needs the chain’s coin for gas */
            signer: string;
            deployBlock: string;
            /** @description False when the chain was registered before, with these contracts */
            isNew: boolean;
            entry?: string;
            position?: components["schemas"]["RegisteredAt"];
        };
        ChainBody: {
            /** @description Deploy new contracts, unless unused ones of ours stand already */
            deploy?: boolean;
            /** @description Without deploy: the vault that stands already and was never used */
            vault?: string;
            /** @description With deploy: who grants roles and resumes after a pause; default: the signer */
            admin?: string;
            /** @description With deploy: who may stop all settlement; default: the signer */
            guardian?: string;
        };
        ChainItem: {
            /** @example 31337 */
            chainId: number;
            token: string;
            vault: string;
            deployBlock: string;
        };
        ChainSupply: {
            /** @example 31337 */
            chainId: number;
            /** @description The token’s totalSupply(), as the ledger has it */
            supply: string;
            /** @description Tokens in the settlement vault, as the ledger has it */
            vault: string;
            /** @description supply minus vault: paid out to providers */
            withdrawn: string;
        };
        ChainsAnswer: {
            items: components["schemas"]["ChainItem"][];
            nextCursor: string | null;
        };
        CheckAnswer: {
            /** @example total supply */
            name: string;
            /** @description Tokens */
            ledger: string;
            /** @description Tokens */
            chain: string;
            agrees: boolean;
        };
        CheckedPart: {
            ok: boolean;
            detail?: string;
        };
        ComparedShard: {
            shard: number;
            /** @description How far the tables included the shard when they were compared */
            height: number;
        };
        ComparedTableAnswer: {
            /** @example balances */
            table: string;
            /** @description The replay gave the same rows */
            ok: boolean;
            /** @description Rows of the table */
            rows: number;
            /** @description Rows of its replay */
            replayedRows: number;
        };
        CutHead: {
            shard: number;
            height: number;
            hash: string;
        };
        EarningsAnswer: {
            /** @example p7 */
            provider: string;
            /** @example AIR */
            asset: string;
            from: string | null;
            to: string | null;
            /** @description Became payable in the period */
            earned: string;
            /** @description Confirmed on chain in the period */
            paid: string;
            /** @description Now: waits for the next batch */
            payable: string;
            /** @description Now: in a batch that is not final */
            inTransit: string;
            /** @description Now: earned, but not covered by its customers yet */
            uncovered: string;
            /** @description Now: kept out of payouts, and why */
            held: components["schemas"]["HeldAnswer"] | null;
            position: components["schemas"]["PositionAnswer"][];
        };
        EntryAnswer: {
            /**
             * @description The journal entry, as GET /v1/entries/{id} knows it
             * @example 2-17-0
             */
            id: string;
            position: components["schemas"]["PositionAnswer"];
        };
        EntryDetails: {
            /** @example 2-17-0 */
            id: string;
            /** @example UsageCharged */
            type: string;
            /** @description When it happened, by the one who reported it */
            time: string;
            recordedAt: string;
            /** @example key:k-3f9a */
            actor: string;
            source: components["schemas"]["KafkaSource"] | components["schemas"]["RequestSource"] | components["schemas"]["SystemSource"];
            postings: components["schemas"]["PostingAnswer"][];
            /** @description Quantities by meter, for usage */
            meters: {
                [key: string]: string;
            } | null;
            /** @description The versions that made the amount, for usage */
            versions: components["schemas"]["EntryVersions"] | null;
            /** @description The event as recorded; amounts in it are atto-tokens */
            event: {
                [key: string]: unknown;
            };
            page: components["schemas"]["PageHeader"];
            /** @description hash = SHA-256 of header; header names bodyDigest = SHA-256 of the body; event is line `line` (from 0) of the body, which GET /v1/journal/pages gives */
            proof: components["schemas"]["EntryProof"];
        };
        EntryProof: {
            header: string;
            line: number;
            lines: number;
            event: string;
            /** @description The path of the page that holds the body */
            body: string;
        };
        EntryVersions: {
            priceBook: number;
            splitPolicy: number;
        };
        FinalBlock: {
            number: string | null;
            hash: string;
        };
        FindingAnswer: {
            /**
             * @description BOOKS_DIFFER and BOOKS_BEHIND concern the tables, the rest the journal
             * @example PAGE_UNSOUND
             */
            class: string;
            shard: number;
            /** @description 0: the shard as a whole */
            height: number;
            /** @description The event’s place in its page */
            index?: number;
            account?: string;
            detail: string;
        };
        FoundBreak: {
            /** @description The same in every run that finds it */
            key: string;
            /** @example MISSING_ON_CHAIN */
            class: string;
            detail: string;
            /** @description What the ledger says */
            ledger: string;
            /** @description What the chain says */
            chain: string;
            /** @description When a reconciliation first found it */
            since: string;
            ageSeconds: number;
            /** @enum {string} */
            ageing: "under_1h" | "1h_to_24h" | "1d_to_7d" | "7d_to_30d" | "over_30d";
        };
        HeadAnswer: {
            shard: number;
            height: number;
            hash: string;
        };
        HealthAnswer: {
            /** @enum {string} */
            status: "ready" | "not-ready" | "stopping";
            /** @description Names of the parts that are not ready */
            failing: string[];
            checks: {
                [key: string]: components["schemas"]["CheckedPart"];
            };
        };
        HeldAnswer: {
            amount: string;
            /** @example kyc_unverified */
            reason: string;
            batch: string;
            since: string;
        };
        HeldItem: {
            /** @example p7 */
            provider: string;
            amount: string;
            /** @example kyc_unverified */
            reason: string;
            /** @description The newest batch that held it */
            batch: string;
            /** @description When a cut held it first since the last payout */
            since: string;
        };
        HeldListAnswer: {
            items: components["schemas"]["HeldItem"][];
            nextCursor: string | null;
        };
        HeldPayable: {
            provider: string;
            amount: string;
            reason: string;
        };
        KafkaSource: {
            /** @enum {string} */
            kind: "kafka";
            topic: string;
            partition: number;
            offset: number;
        };
        KeyAnswer: {
            /**
             * @description The journal entry, as GET /v1/entries/{id} knows it
             * @example 2-17-0
             */
            id: string;
            position: components["schemas"]["PositionAnswer"];
            /**
             * @description The key’s name in entries and for its revocation
             * @example k-3f9a
             */
            keyId: string;
            /** @description The secret, shown this once */
            key: string;
        };
        KeyBody: {
            /** @enum {string} */
            role: "admin" | "operator" | "finance" | "provider" | "compliance" | "auditor";
            /**
             * @description For the role provider: whose data the key reads
             * @example p7
             */
            provider?: string;
        };
        KycAnswer: {
            /** @enum {string} */
            state: "unverified" | "pending" | "verified" | "review_due" | "expired" | "rejected" | "suspended" | "offboarded";
            reason: string;
            since: string;
        };
        KycBody: {
            /** @enum {string} */
            state: "unverified" | "pending" | "verified" | "review_due" | "expired" | "rejected" | "suspended" | "offboarded";
            /** @example documents checked */
            reason: string;
            /** @description SHA-256 of the evidence file, 64 hex digits */
            evidence?: string;
        };
        LargeMovementItem: {
            /** @enum {string} */
            kind: "mint" | "burn" | "transfer_in" | "transfer_out" | "payout";
            /**
             * @description The entry; of a payout its batch and provider
             * @example 2-17-0
             */
            id: string;
            recordedAt: string;
            holder: string;
            /** @description The other holder; of a payout the wallet */
            counterparty: string | null;
            amount: string;
        };
        LargeMovementsReport: {
            from: string | null;
            to: string | null;
            threshold: string;
            items: components["schemas"]["LargeMovementItem"][];
            nextCursor: string | null;
            position: components["schemas"]["PositionAnswer"][];
        };
        LastComparisonAnswer: {
            /** Format: date-time */
            comparedAt: string;
            /** @description All tables were what the journal says */
            ok: boolean;
            /** @description Tables that differed from their replay */
            differing: string[];
        };
        LiveAnswer: {
            /** @enum {string} */
            status: "live";
        };
        MeterPriceItem: {
            /** @description Tokens */
            price: string;
            /** @example 1 */
            per: string;
        };
        PageHeader: {
            shard: number;
            height: number;
            recordedAt: string;
            previousHash: string;
            count: number;
            bodyDigest: string;
            hash: string;
        };
        PageItem: {
            shard: number;
            height: number;
            recordedAt: string;
            previousHash: string;
            offsets: components["schemas"]["PageOffsets"][];
            count: number;
            bodyDigest: string;
            hash: string;
            /** @description The exact text that bodyDigest covers: one event per line */
            body: string;
        };
        PageOffsets: {
            topic: string;
            partition: number;
            from: number;
            to: number;
        };
        PagesAnswer: {
            items: components["schemas"]["PageItem"][];
            /** @description The next height; null at the head */
            nextCursor: string | null;
        };
        PartiesAnswer: {
            items: components["schemas"]["PartyItem"][];
            nextCursor: string | null;
        };
        PartyAnswer: {
            id: string;
            roles: string[];
            reference?: string;
            country?: string;
            kyc: components["schemas"]["KycAnswer"];
            /** @description Since when it is suspended: usage from then on and sending are refused */
            suspendedSince?: string;
            /** @description Payout wallet by chain id */
            wallets: {
                [key: string]: string;
            };
        };
        PartyBody: {
            /** @example acme */
            id: string;
            roles: ("customer" | "provider")[];
            /**
             * @description The party’s name in the system that knows its personal data; never put personal data here
             * @example crm-4711
             */
            reference?: string;
            /**
             * @description ISO 3166-1 alpha-2
             * @example DE
             */
            country?: string;
        };
        PartyItem: {
            id: string;
            roles: string[];
            reference: string | null;
            country: string | null;
            kyc: components["schemas"]["PartyKyc"];
            /** @description Since when it is suspended: usage from then on and sending are refused */
            suspendedSince: string | null;
            /** @description Payout wallet by chain id */
            wallets: {
                [key: string]: string;
            };
            registeredAt: string;
        };
        PartyKyc: {
            /** @enum {string} */
            state: "unverified" | "pending" | "verified" | "review_due" | "expired" | "rejected" | "suspended" | "offboarded";
            reason: string;
            since: string;
        };
        PayoutGateAnswer: {
            chainId: number;
            wallet: string | null;
            /** @description Whether the next batch on this chain pays */
            open: boolean;
            /**
             * @description Why it does not
             * @example kyc_pending
             */
            reason: string | null;
        };
        PayoutItem: {
            /** @description The settlement batch */
            batch: string;
            /** @example p7 */
            provider: string;
            /** @example 31337 */
            chainId: number;
            wallet: string;
            /** @example 12.5 */
            amount: string;
            /**
             * @description cut: frozen; signed: on its way; confirmed: final on chain
             * @enum {string}
             */
            state: "cut" | "signed" | "confirmed" | "reverted";
            plannedAt: string;
            closedAt: string | null;
            txHash: string | null;
            logIndex: number | null;
            blockNumber: string | null;
            blockHash: string | null;
        };
        PayoutsAnswer: {
            items: components["schemas"]["PayoutItem"][];
            nextCursor: string | null;
        };
        PositionAnswer: {
            /** @example 2 */
            shard: number;
            /** @example 17 */
            height: number;
        };
        PostingAnswer: {
            /** @example customer:acme:available */
            debit: string;
            /** @example provider:p7:payable */
            credit: string;
            /** @example 0.0012 */
            amount: string;
            /** @example AIR */
            asset: string;
        };
        PriceBookBody: {
            /**
             * @description Rates usage whose own time is at or after this instant
             * @example 2026-01-01T00:00:00Z
             */
            effectiveAt: string;
            prices: components["schemas"]["PriceLineBody"][];
        };
        PriceBookItem: {
            version: number;
            effectiveAt: string;
            prices: components["schemas"]["PriceLineItem"][];
        };
        PriceBooksAnswer: {
            items: components["schemas"]["PriceBookItem"][];
            nextCursor: string | null;
        };
        PriceLineBody: {
            /** @example ai.compute.usage */
            type: string;
            /**
             * @description A model, or a beginning of models followed by *
             * @example llama-3.1-70b
             */
            model: string;
            /**
             * @description Only for this provider; any provider when absent
             * @example p7
             */
            provider?: string;
            /**
             * @description Tokens per so many units of each meter
             * @example {
             *       "input_tokens": {
             *         "price": "0.35",
             *         "per": "1000000"
             *       }
             *     }
             */
            meters: {
                [key: string]: {
                    price: string;
                    per: string;
                };
            };
        };
        PriceLineItem: {
            type: string;
            /** @description A model, or a beginning of models followed by * */
            model: string;
            /** @description A provider, or a beginning followed by * */
            provider: string;
            meters: {
                [key: string]: components["schemas"]["MeterPriceItem"];
            };
        };
        Problem: {
            /** @description a URN made of the code */
            type: string;
            title: string;
            status: number;
            /** @description what is wrong and what to do */
            detail: string;
            /**
             * @description for programs; stable
             * @example VALIDATION_FAILED
             * @enum {string}
             */
            code: "AMOUNT_INVALID" | "IDENTIFIER_INVALID" | "TIME_INVALID" | "TIME_IN_FUTURE" | "TIME_TOO_OLD" | "QUANTITY_INVALID" | "USAGE_INVALID" | "PRICE_BOOK_INVALID" | "SPLIT_POLICY_INVALID" | "WALLET_INVALID" | "SAME_HOLDER" | "UNKNOWN_CUSTOMER" | "UNKNOWN_PROVIDER" | "UNKNOWN_HOLDER" | "KEY_UNKNOWN" | "NOT_FOUND" | "VERSION_EXISTS" | "PARTY_EXISTS" | "KEY_EXISTS" | "CHAIN_EXISTS" | "KYC_TRANSITION_INVALID" | "IDEMPOTENCY_CONFLICT" | "SETTLEMENT_IN_PROGRESS" | "SETTLEMENT_STEP_INVALID" | "NOTHING_TO_SETTLE" | "CHAIN_NOT_REGISTERED" | "PARTITION_NOT_STOPPED" | "UNKNOWN_USAGE_TYPE" | "UNKNOWN_MODEL" | "UNKNOWN_METER" | "NO_PRICE_BOOK" | "NO_SPLIT_POLICY" | "CHAIN_UNFIT" | "INSUFFICIENT_FUNDS" | "CUSTOMER_SUSPENDED" | "BAD_REQUEST" | "MALFORMED_JSON" | "JSON_TOO_DEEP" | "VALIDATION_FAILED" | "CURSOR_INVALID" | "IDEMPOTENCY_KEY_REQUIRED" | "IDEMPOTENCY_KEY_INVALID" | "UNAUTHENTICATED" | "FORBIDDEN" | "ROUTE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "REQUEST_TIMEOUT" | "EXPECTATION_FAILED" | "HEADERS_TOO_LARGE" | "BODY_TOO_LARGE" | "TOO_MANY_EVENTS" | "UNSUPPORTED_MEDIA_TYPE" | "RATE_LIMITED" | "INTERNAL" | "READ_TIMED_OUT" | "UNAVAILABLE";
            errors?: {
                path: string;
                message: string;
            }[];
            requestId?: string;
        };
        ProviderAnswer: {
            /** @example p7 */
            id: string;
            kyc: components["schemas"]["ProviderKyc"];
            /** @description Payout wallet by chain id */
            wallets: {
                [key: string]: string;
            };
            payouts: components["schemas"]["PayoutGateAnswer"][];
        };
        ProviderKyc: {
            /** @enum {string} */
            state: "unverified" | "pending" | "verified" | "review_due" | "expired" | "rejected" | "suspended" | "offboarded";
            reason: string;
            since: string;
        };
        ReadinessAnswer: {
            /** @enum {string} */
            status: "ready" | "not-ready" | "stopping";
            /** @description Names of the parts that are not ready */
            failing: string[];
        };
        RebuildAnswer: {
            shards: components["schemas"]["RebuiltShard"][];
            durationMs: number;
        };
        RebuiltShard: {
            shard: number;
            /** @description Height that the rebuilt books included when they came into use */
            height: number;
        };
        ReconciledBlock: {
            number: string;
            hash: string;
        };
        ReconciledHead: {
            shard: number;
            height: number;
            hash: string;
        };
        ReconciliationAnswer: {
            id: string;
            chainId: number;
            block: components["schemas"]["ReconciledBlock"];
            heads: components["schemas"]["ReconciledHead"][];
            checks: components["schemas"]["CheckAnswer"][];
            /** @description Payouts that agree with their transfer */
            matched: number;
            breaks: components["schemas"]["BreakAnswer"][];
            /** @description Keys of breaks that are gone */
            closed: string[];
            position: components["schemas"]["RecordedAt"];
        };
        ReconciliationCheck: {
            /** @example total supply */
            name: string;
            /** @description Tokens */
            ledger: string;
            /** @description Tokens */
            chain: string;
            agrees: boolean;
        };
        ReconciliationDetails: {
            id: string;
            /** @example 31337 */
            chainId: number;
            block: components["schemas"]["FinalBlock"];
            time: string;
            /** @description Payouts that agree with their transfer */
            matched: number;
            breakCount: number;
            checks: components["schemas"]["ReconciliationCheck"][];
            heads: components["schemas"]["ReconciliationHead"][];
            /** @description As this run found them, with their age then */
            breaks: components["schemas"]["FoundBreak"][];
            /** @description Keys of breaks that this run no longer found */
            closed: string[];
        };
        ReconciliationHead: {
            shard: number;
            height: number;
            hash: string;
        };
        ReconciliationItem: {
            id: string;
            /** @example 31337 */
            chainId: number;
            block: components["schemas"]["FinalBlock"];
            time: string;
            /** @description Payouts that agree with their transfer */
            matched: number;
            breakCount: number;
            checks: components["schemas"]["ReconciliationCheck"][];
        };
        ReconciliationsAnswer: {
            items: components["schemas"]["ReconciliationItem"][];
            nextCursor: string | null;
        };
        RecordedAt: {
            shard: number;
            height: number;
        };
        RegisteredAt: {
            shard: number;
            height: number;
        };
        RejectedUsageAnswer: {
            /** @description Place of the event in the batch, from 0 */
            index: number;
            id: string;
            /** @example UNKNOWN_MODEL */
            code: string;
            detail: string;
            /**
             * @description The offending field, where one is to blame
             * @example data.provider
             */
            path?: string;
        };
        RequestSource: {
            /** @enum {string} */
            kind: "request";
            id: string;
        };
        SettlementAnswer: {
            /** @description The batch; follow it with GET /v1/settlements/{id} */
            id: string;
            position: components["schemas"]["PositionAnswer"];
        };
        SettlementBlock: {
            number: string;
            hash: string;
        };
        SettlementDetails: {
            id: string;
            /** @example 31337 */
            chainId: number;
            /** @enum {string} */
            phase: "opened" | "planned" | "signed" | "empty" | "confirmed" | "reverted";
            openedAt: string;
            closedAt: string | null;
            /** @description Paid to all providers together */
            total: string;
            /** @description What the transaction does to the chain’s supply */
            supplyMovement: components["schemas"]["SupplyMovement"];
            payoutCount: number;
            heldCount: number;
            /** @description Signed transactions; at most one of them is mined */
            attempts: number;
            txHash: string | null;
            block: components["schemas"]["SettlementBlock"] | null;
            gas: components["schemas"]["SettlementGas"] | null;
            /** @description What the transaction commits to: the digest of the heads */
            headsDigest: string | null;
            /** @description Why it was reverted */
            reason: string | null;
            payouts: components["schemas"]["PayoutItem"][];
            /** @description Who was kept out, with amount and reason */
            held: components["schemas"]["HeldPayable"][];
            /** @description The journal heads at which the shards were cut */
            heads: components["schemas"]["CutHead"][];
            /** @description The batch’s own entries, in order */
            steps: components["schemas"]["SettlementStep"][];
            position: components["schemas"]["PositionAnswer"][];
        };
        SettlementGas: {
            used: string;
            /** @description wei */
            price: string;
        };
        SettlementItem: {
            id: string;
            /** @example 31337 */
            chainId: number;
            /** @enum {string} */
            phase: "opened" | "planned" | "signed" | "empty" | "confirmed" | "reverted";
            openedAt: string;
            closedAt: string | null;
            /** @description Paid to all providers together */
            total: string;
            /** @description What the transaction does to the chain’s supply */
            supplyMovement: components["schemas"]["SupplyMovement"];
            payoutCount: number;
            heldCount: number;
            /** @description Signed transactions; at most one of them is mined */
            attempts: number;
            txHash: string | null;
            block: components["schemas"]["SettlementBlock"] | null;
            gas: components["schemas"]["SettlementGas"] | null;
            /** @description What the transaction commits to: the digest of the heads */
            headsDigest: string | null;
            /** @description Why it was reverted */
            reason: string | null;
        };
        SettlementStep: {
            type: string;
            /** @description The journal entry, as GET /v1/entries/{id} knows it */
            entry: string;
            time: string;
        };
        SettlementsAnswer: {
            items: components["schemas"]["SettlementItem"][];
            nextCursor: string | null;
        };
        ShardItem: {
            shard: number;
            /** @enum {string} */
            kind: "holders" | "registry";
            /** @description 0: the shard is empty */
            height: number;
            /** @description Of the newest page; zeros for an empty shard */
            hash: string;
            recordedAt: string | null;
        };
        ShardsAnswer: {
            items: components["schemas"]["ShardItem"][];
            nextCursor: string | null;
        };
        SkipAnswer: {
            /** @example airtime.usage.v1 */
            topic: string;
            /** @example 3 */
            partition: number;
            /**
             * @description First offset that is skipped
             * @example 4700
             */
            from: number;
            /**
             * @description Last offset that is skipped
             * @example 4719
             */
            to: number;
            position: components["schemas"]["PositionAnswer"];
        };
        SkipBody: {
            /** @example airtime.usage.v1 */
            topic: string;
            /** @example 3 */
            partition: number;
            /**
             * @description An offset of the batch at which the partition stopped
             * @example 4711
             */
            offset: number;
            /** @example producer bug, its owner sends the usage again */
            reason: string;
        };
        SplitPoliciesAnswer: {
            items: components["schemas"]["SplitPolicyItem"][];
            nextCursor: string | null;
        };
        SplitPolicyBody: {
            /** @example 2026-01-01T00:00:00Z */
            effectiveAt: string;
            /**
             * @description Basis points of each charge; the four sum to 10000
             * @example 8000
             */
            provider: number;
            /** @example 1000 */
            treasury: number;
            /** @example 500 */
            stakers: number;
            /** @example 500 */
            burn: number;
        };
        SplitPolicyItem: {
            version: number;
            effectiveAt: string;
            /** @description Basis points; the four sum to 10000 */
            provider: number;
            treasury: number;
            stakers: number;
            burn: number;
        };
        SplitReport: {
            from: string | null;
            to: string | null;
            /** @description Of usage that was covered in the period, whenever it was charged */
            paid: components["schemas"]["SplitShares"];
            /** @description Now: shares that wait for their customer to cover them */
            waiting: components["schemas"]["SplitShares"];
            position: components["schemas"]["PositionAnswer"][];
        };
        SplitShares: {
            providers: string;
            treasury: string;
            stakers: string;
            burned: string;
            /** @description Sum of the four */
            total: string;
        };
        StructuredMovementsReport: {
            from: string | null;
            to: string | null;
            below: string;
            windowHours: number;
            count: number;
            items: components["schemas"]["StructuredSeriesItem"][];
            nextCursor: string | null;
            position: components["schemas"]["PositionAnswer"][];
        };
        StructuredSeriesItem: {
            holder: string;
            /** @enum {string} */
            kind: "mint" | "burn" | "transfer_in" | "transfer_out" | "payout";
            /** @description First movement of the heaviest window */
            from: string;
            /** @description Its last movement */
            to: string;
            /** @description Movements in it */
            count: number;
            sum: string;
            /** @description The largest of them */
            largest: string;
        };
        SupplyAnswer: {
            asOf: string | null;
            /** @example AIR */
            asset: string;
            minted: string;
            /** @description By command and as the burn share of usage */
            burned: string;
            burnedBy: components["schemas"]["BurnedBy"];
            /** @description minted minus burned */
            supply: string;
            /** @description What can be spent or is owed in the ledger: customers, providers, treasury, stakers */
            holders: string;
            /** @description Between the two entries of a transfer */
            transit: string;
            /** @description Cut into a settlement batch that is not final */
            inTransit: string;
            /** @description Paid out on chain */
            withdrawn: string;
            /** @description Usage that no balance covered yet; no part of the supply */
            receivable: string;
            onChain: components["schemas"]["ChainSupply"][];
            /** @description supply minus the supply on all chains: what the next batch mints. Below zero only by what was burned since the last batch, which the next one burns on chain; anything else breaks a check */
            inFlight: string;
            checks: components["schemas"]["SupplyCheck"][];
            /** @description All checks agree */
            lawful: boolean;
            position: components["schemas"]["PositionAnswer"][];
        };
        SupplyBody: {
            /** @example acme */
            holder: string;
            /**
             * @description Tokens, a decimal string with at most 18 fraction digits
             * @example 1000.5
             */
            amount: string;
            /** @example card payment 4711 */
            reason: string;
        };
        SupplyCheck: {
            name: string;
            left: string;
            right: string;
            agrees: boolean;
        };
        SupplyMovement: {
            mint: string;
            burn: string;
        };
        SystemSource: {
            /** @enum {string} */
            kind: "system";
            name: string;
        };
        TablesComparisonAnswer: {
            /** @description All tables are what the journal says */
            ok: boolean;
            /**
             * Format: date-time
             * @description The instant whose rows were compared
             */
            comparedAt: string;
            durationMs: number;
            shards: components["schemas"]["ComparedShard"][];
            tables: components["schemas"]["ComparedTableAnswer"][];
        };
        TransferBody: {
            /** @example acme */
            from: string;
            /** @example globex */
            to: string;
            /** @example 25 */
            amount: string;
            /** @example team budget */
            reason: string;
        };
        TrialBalanceAnswer: {
            asOf: string | null;
            /** @description Debits equal credits for every asset, and in every shard */
            balanced: boolean;
            groups: components["schemas"]["TrialBalanceLine"][];
            totals: components["schemas"]["TrialBalanceTotal"][];
            /** @description Shards whose balances do not sum to zero; empty in sound books */
            unbalancedShards: components["schemas"]["UnbalancedShard"][];
            position: components["schemas"]["PositionAnswer"][];
        };
        TrialBalanceLine: {
            /** @example customer:*:available */
            group: string;
            /** @example AIR */
            asset: string;
            /** @description How many accounts the group has */
            accounts: number;
            /** @description Sum of its balances below zero */
            debit: string;
            /** @description Sum of its balances above zero */
            credit: string;
            /** @description credit minus debit */
            balance: string;
        };
        TrialBalanceTotal: {
            asset: string;
            debit: string;
            credit: string;
            /** @description 0 in sound books */
            difference: string;
        };
        UnbalancedShard: {
            shard: number;
            asset: string;
            sum: string;
        };
        UsageAnswerBody: {
            /** @description Events charged now */
            accepted: number;
            /** @description Events charged before: the same source, id and content */
            duplicates: number;
            /** @description Events whose source and id were charged with other content; recorded, not charged */
            conflicts: number;
            /** @description Events not charged and not recorded */
            rejected: components["schemas"]["RejectedUsageAnswer"][];
            /** @description Newest position of each shard that the batch touched */
            positions: components["schemas"]["PositionAnswer"][];
        };
        UsageData: {
            /**
             * @description The provider that served the usage
             * @example p7
             */
            provider: string;
            /** @example llama-3.1-70b */
            model: string;
            /**
             * @description Quantities by meter: decimal strings or whole numbers
             * @example {
             *       "input_tokens": "1200",
             *       "output_tokens": "350"
             *     }
             */
            meters: {
                [key: string]: string | number;
            };
            /**
             * @description Recorded with the charge
             * @example acme/research/key-7
             */
            budget?: string;
            /**
             * @description Recorded with the charge
             * @example h-12
             */
            hold?: string;
        };
        UsageEvent: {
            /** @example 1.0 */
            specversion: string;
            /**
             * @description Unique for its source, for ever
             * @example req-1
             */
            id: string;
            /** @example gateway/eu-1 */
            source: string;
            /**
             * @description A usage type that the price book prices
             * @example ai.compute.usage
             */
            type: string;
            /**
             * @description RFC 3339; the time of arrival when absent
             * @example 2026-11-22T10:00:00Z
             */
            time?: string;
            /**
             * @description The paying customer
             * @example acme
             */
            subject: string;
            /** @example application/json */
            datacontenttype?: string;
            data: components["schemas"]["UsageData"];
        };
        UsageItem: {
            /** @description Usage events charged */
            events: number;
            /** @description Tokens charged */
            amount: string;
            /** @description The part that no balance covered when it was charged */
            receivable: string;
            /**
             * @description Exact totals by meter, as decimal strings
             * @example {
             *       "input_tokens": "1200"
             *     }
             */
            meters: {
                [key: string]: string;
            };
            /**
             * @description The day, customer, provider or model
             * @example 2026-11-22
             */
            key: string;
        };
        UsageReport: {
            from: string | null;
            to: string | null;
            /** @enum {string} */
            groupBy: "day" | "customer" | "provider" | "model";
            /** @description Of the whole period, not only of this answer */
            totals: components["schemas"]["UsageTotals"];
            items: components["schemas"]["UsageItem"][];
            nextCursor: string | null;
            position: components["schemas"]["PositionAnswer"][];
        };
        UsageTotals: {
            /** @description Usage events charged */
            events: number;
            /** @description Tokens charged */
            amount: string;
            /** @description The part that no balance covered when it was charged */
            receivable: string;
            /**
             * @description Exact totals by meter, as decimal strings
             * @example {
             *       "input_tokens": "1200"
             *     }
             */
            meters: {
                [key: string]: string;
            };
        };
        VerificationAnswer: {
            /** @description Nothing was found */
            ok: boolean;
            pages: number;
            events: number;
            /** @description Where each shard ended */
            heads: components["schemas"]["HeadAnswer"][];
            /** @description All findings, also those that the list leaves out */
            findingCount: number;
            findings: components["schemas"]["FindingAnswer"][];
            /** @description When every table was last compared with a replay (`airtime verify --tables`); null: never */
            tables: components["schemas"]["LastComparisonAnswer"] | null;
        };
        WalletBody: {
            /** @example 31337 */
            chainId: number;
            /** @example 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 */
            wallet: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    HealthController_details: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the parts, ready or not */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    HealthController_live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description alive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiveAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    HealthController_ready: {
        parameters: {
            query?: {
                /** @description this way in too */
                for?: "kafka";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ready */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadinessAnswer"];
                };
            };
            /** @description not ready or stopping */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadinessAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    MetricsController_expose: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the text exposition format */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    AccountEntriesController_list: {
        parameters: {
            query?: {
                limit?: number;
                /** @description nextCursor of the answer before; opaque */
                cursor?: string;
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
                /** @description With the entry’s postings; then limit is at most 100 */
                postings?: "true" | "false";
            };
            header?: never;
            path: {
                account: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountEntriesAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ReconciliationReadsController_breaks: {
        parameters: {
            query?: {
                limit?: number;
                /** @description nextCursor of the answer before; opaque */
                cursor?: string;
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
                state?: "open" | "closed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BreaksAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    SupplyController_burn: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SupplyBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ChainListController_chains: {
        parameters: {
            query?: {
                limit?: number;
                /** @description nextCursor of the answer before; opaque */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainsAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ChainsController_register: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key with the same body is answered once; required where the call moves value */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChainBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    EntriesController_entry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryDetails"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    BalanceController_balance: {
        parameters: {
            query?: {
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
                /** @description Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now */
                asOf?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BalanceAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    JournalPagesController_pages: {
        parameters: {
            query: {
                /** @description Such as 2 */
                shard: number;
                /** @description Height of the first page */
                from?: number;
                limit?: number;
                /** @description nextCursor of the answer before, instead of from */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagesAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    JournalPagesController_shards: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShardsAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    KafkaSkipsController_skip: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key with the same body is answered once; required where the call moves value */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SkipBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SkipAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    KeysController_issueKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    KeysController_revokeKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key with the same body is answered once; required where the call moves value */
                "Idempotency-Key"?: string;
            };
            path: {
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    SupplyController_supply: {
        parameters: {
            query?: {
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
                /** @description Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now */
                asOf?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SupplyAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    TrialBalanceController_groups: {
        parameters: {
            query?: {
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
                /** @description Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now */
                asOf?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrialBalanceAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    TrialBalanceController_accounts: {
        parameters: {
            query?: {
                limit?: number;
                /** @description nextCursor of the answer before; opaque */
                cursor?: string;
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
                /** @description Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now */
                asOf?: string;
                /** @description Only accounts of this group. Such as customer:*:available */
                group?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountBalancesAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    VerificationController_verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerificationAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    SupplyController_mint: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SupplyBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    PartiesListController_list: {
        parameters: {
            query?: {
                limit?: number;
                /** @description nextCursor of the answer before; opaque */
                cursor?: string;
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
                kyc?: "unverified" | "pending" | "verified" | "review_due" | "expired" | "rejected" | "suspended" | "offboarded";
                role?: "customer" | "provider";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartiesAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    PartiesController_register: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key with the same body is answered once; required where the call moves value */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PartyBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    PartiesController_party: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartyAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    PartiesController_changeKyc: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key with the same body is answered once; required where the call moves value */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KycBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    PartiesController_setWallet: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key with the same body is answered once; required where the call moves value */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WalletBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    PayoutsController_list: {
        parameters: {
            query?: {
                limit?: number;
                /** @description nextCursor of the answer before; opaque */
                cursor?: string;
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
                /** @description Such as p7 */
                provider?: string;
                state?: "cut" | "signed" | "confirmed" | "reverted";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PayoutsAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    PayoutsController_held: {
        parameters: {
            query?: {
                limit?: number;
                /** @description nextCursor of the answer before; opaque */
                cursor?: string;
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeldListAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    SplitPoliciesController_splitPolicies: {
        parameters: {
            query?: {
                limit?: number;
                /** @description nextCursor of the answer before; opaque */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SplitPoliciesAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    SplitPoliciesController_publishSplitPolicy: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key with the same body is answered once; required where the call moves value */
                "Idempotency-Key"?: string;
            };
            path: {
                version: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SplitPolicyBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    PriceBooksController_priceBooks: {
        parameters: {
            query?: {
                limit?: number;
                /** @description nextCursor of the answer before; opaque */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PriceBooksAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    PriceBooksController_publishPriceBook: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key with the same body is answered once; required where the call moves value */
                "Idempotency-Key"?: string;
            };
            path: {
                version: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PriceBookBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ProjectionsController_rebuild: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RebuildAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    TableComparisonController_verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TablesComparisonAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ProviderDeskController_provider: {
        parameters: {
            query?: {
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ProviderDeskController_earnings: {
        parameters: {
            query?: {
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
                /** @description Time of record, included; an RFC 3339 instant or a UTC day. Without it: from the beginning */
                from?: string;
                /** @description Time of record; an instant is excluded, a UTC day is included whole. Without it: to now */
                to?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EarningsAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ReconciliationReadsController_list: {
        parameters: {
            query?: {
                limit?: number;
                /** @description nextCursor of the answer before; opaque */
                cursor?: string;
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationsAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ReconciliationsController_reconcile: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key with the same body is answered once; required where the call moves value */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ReconciliationReadsController_reconciliation: {
        parameters: {
            query?: {
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationDetails"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    MovementReportsController_large: {
        parameters: {
            query?: {
                limit?: number;
                /** @description nextCursor of the answer before; opaque */
                cursor?: string;
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
                /** @description Time of record, included; an RFC 3339 instant or a UTC day. Without it: from the beginning */
                from?: string;
                /** @description Time of record; an instant is excluded, a UTC day is included whole. Without it: to now */
                to?: string;
                /** @description csv answers the whole report at once, without a cursor */
                format?: "json" | "csv";
                /** @description Tokens: movements of at least this amount */
                threshold?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LargeMovementsReport"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    SplitReportController_report: {
        parameters: {
            query?: {
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
                /** @description Time of record, included; an RFC 3339 instant or a UTC day. Without it: from the beginning */
                from?: string;
                /** @description Time of record; an instant is excluded, a UTC day is included whole. Without it: to now */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SplitReport"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    MovementReportsController_structured: {
        parameters: {
            query?: {
                limit?: number;
                /** @description nextCursor of the answer before; opaque */
                cursor?: string;
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
                /** @description Time of record, included; an RFC 3339 instant or a UTC day. Without it: from the beginning */
                from?: string;
                /** @description Time of record; an instant is excluded, a UTC day is included whole. Without it: to now */
                to?: string;
                /** @description csv answers the whole report at once, without a cursor */
                format?: "json" | "csv";
                /** @description Tokens: each movement is below this, and together they reach it */
                below?: string;
                windowHours?: number;
                count?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StructuredMovementsReport"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    UsageReportController_report: {
        parameters: {
            query?: {
                limit?: number;
                /** @description nextCursor of the answer before; opaque */
                cursor?: string;
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
                /** @description First UTC day, included; a day or its midnight. Without it: from the beginning */
                from?: string;
                /** @description Last UTC day, included whole; its midnight is excluded. Without it: to the end */
                to?: string;
                groupBy?: "day" | "customer" | "provider" | "model";
                /** @description csv answers the whole report at once, without a cursor */
                format?: "json" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageReport"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    SettlementReadsController_list: {
        parameters: {
            query?: {
                limit?: number;
                /** @description nextCursor of the answer before; opaque */
                cursor?: string;
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
                phase?: "opened" | "planned" | "signed" | "empty" | "confirmed" | "reverted";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettlementsAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    SettlementsController_open: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key with the same body is answered once; required where the call moves value */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettlementAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    SettlementReadsController_settlement: {
        parameters: {
            query?: {
                /** @description shard:height of earlier writes; the read waits up to five seconds until the books include them all. Such as 2:17 */
                position?: string[];
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettlementDetails"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    TransfersController_transfer: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TransferBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    UsageController_record: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key with the same body is answered once; required where the call moves value */
                "Idempotency-Key"?: string;
                /** @description Binary mode, with the event's data as an application/json body; percent-encoded. Such as 1.0 */
                "ce-specversion"?: string;
                /** @description Binary mode, with the event's data as an application/json body; percent-encoded. Such as req-1 */
                "ce-id"?: string;
                /** @description Binary mode, with the event's data as an application/json body; percent-encoded. Such as gateway/eu-1 */
                "ce-source"?: string;
                /** @description Binary mode, with the event's data as an application/json body; percent-encoded. Such as ai.compute.usage */
                "ce-type"?: string;
                /** @description Binary mode, with the event's data as an application/json body; percent-encoded. Such as 2026-11-22T10:00:00Z */
                "ce-time"?: string;
                /** @description Binary mode, with the event's data as an application/json body; percent-encoded. Such as acme */
                "ce-subject"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/cloudevents+json": components["schemas"]["UsageEvent"] | components["schemas"]["UsageEvent"][] | components["schemas"]["UsageData"];
                "application/cloudevents-batch+json": components["schemas"]["UsageEvent"] | components["schemas"]["UsageEvent"][] | components["schemas"]["UsageData"];
                "application/json": components["schemas"]["UsageEvent"] | components["schemas"]["UsageEvent"][] | components["schemas"]["UsageData"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageAnswerBody"];
                };
            };
            /** @description a problem (RFC 9457) */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
