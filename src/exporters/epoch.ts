/** Virtual time has no date, and backends want one: a run begins at 2026-01-01T00:00:00Z, in seconds since 1970. */
export const EPOCH = 1_767_225_600;
