/** Half of the connections: other callers want some. */
export const requestsAtOnce = 8;
