/** Half of the connections: other callers want some. */
export const maxConcurrentRequests = 8;
