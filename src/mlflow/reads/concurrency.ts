/** Half of the connection pool, so that one call leaves connections to other callers. */
export const maxConcurrentRequests = 8;
