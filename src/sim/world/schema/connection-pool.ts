import { z } from 'zod';
import type { Micros } from '../../kernel/time.ts';
import { duration } from '../quantities.ts';

/** Shorter ones HikariCP does not take. */
const LEAST_LIFE = 30_000_000;
const lifeOf = (usual: Micros) =>
  duration
    .refine(
      (time) => time === 0 || time >= LEAST_LIFE,
      'expected 30s or more, or 0s for never: HikariCP does not take what is less',
    )
    .default(usual);

/** A connection pool of HikariCP's, as each replica has one; all defaults are HikariCP's, or those of PostgreSQL's driver. */
export const connectionPool = z.strictObject({
  maximumPoolSize: z.int().min(1).default(10),
  connectionTimeout: duration.default(30_000_000),
  /** After so long a connection is replaced, once it is free; up to 2.5 % earlier, so that not all go at once. 0s: never. */
  maxLifetime: lifeOf(1_800_000_000),
  /** So often a connection is tested while it is idle; up to 10 % more often. 0s: never. */
  keepaliveTime: lifeOf(120_000_000),
  /** How long such a test may take, and one before use. */
  validationTimeout: duration.default(5_000_000),
  /** What was used in the last so long is not tested before it is used (`com.zaxxer.hikari.aliveBypassWindowMs`). */
  aliveBypassWindow: duration.default(500_000),
  /** So long the driver waits for an answer before it closes the connection. 0s: for as long as it takes. */
  socketTimeout: duration.default(0),
  /** Tests each connection with a statement before it is used (DBCP's and Tomcat's name). */
  testOnBorrow: z.boolean().default(false),
});

export type ConnectionPoolSettings = z.output<typeof connectionPool>;
