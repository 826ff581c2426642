/** The door of the commands: one line per file, each a module of its routes. The ledger serves them. */
export { BudgetCommandsModule } from './budgets/budget.commands.js';
export { BuyBackCommandsModule } from './buy-backs/buy-back.commands.js';
export { ChainCommandsModule } from './chains/chain.commands.js';
export { EmissionPolicyCommandsModule } from './emission/emission-policy.commands.js';
export { GrantCommandsModule } from './grants/grant.commands.js';
export { HoldCommandsModule } from './holds/hold.commands.js';
export { KeyCommandsModule } from './keys/key.commands.js';
export { PartyCommandsModule } from './parties/party.commands.js';
export { PriceBookCommandsModule } from './rating/price-book.commands.js';
export { PublishedBooksCommandsModule } from './rating/published-books.commands.js';
export { SplitPolicyCommandsModule } from './rating/split-policy.commands.js';
export { UsdRateCommandsModule } from './rating/usd-rate.commands.js';
export { ReversalCommandsModule } from './reversals/reversal.commands.js';
export { SupplyCommandsModule } from './supply/supply.commands.js';
export { TopicCommandsModule } from './topics/topic.commands.js';
export { TransferCommandsModule } from './transfers/transfer.commands.js';
export { WriterCommandsModule } from './writers/writer.commands.js';
