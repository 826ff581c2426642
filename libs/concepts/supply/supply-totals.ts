/** Running totals of what was issued and taken back at somebody's word, apart from what usage burns. */
export const MINTED = 'minted';
export const BURNED = 'burned';
/** Running total of what was bought back and burned. */
export const BOUGHT_BACK = 'bought-back';
/** Running total of what epochs of the emission policy minted. */
export const EMITTED = 'emitted';
/** What slashes took out of the supply. */
export const SLASHED = 'slashed';
