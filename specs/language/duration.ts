/** A span of time in milliseconds; written in specs as `200ms`, `10s`, `5m`, `2h`, `7d`. */
export type Duration = number;
