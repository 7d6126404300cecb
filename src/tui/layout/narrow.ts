/**
 * Characters that are one column wide in every terminal: ASCII, boxes, blocks, and the signs that we draw with.
 *
 * As the inside of a class of a regular expression.
 */
export const NARROW = ' -~·µ’…→─-▟▲▸►▴▾▼◂◄●•∙✓✗';
