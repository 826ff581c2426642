/** Running totals of what was issued and taken back at somebody's word, apart from what usage burns. */
export const MINTED = 'minted';
export const BURNED = 'burned';
