/** a / b; NaN where b is 0 or either is not known. */
export const ratio = (a: number, b: number): number => (b === 0 ? Number.NaN : a / b)
