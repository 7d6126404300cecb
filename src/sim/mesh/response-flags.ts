/** One of Envoy's response flags: what a proxy writes into its access log when it had a part in an answer. */
export interface ResponseFlag {
  /** `%RESPONSE_FLAGS_LONG%`. */
  readonly long: string;
  /** Whether it is known for plain TCP, too. */
  readonly tcp: boolean;
  /** What the proxy answers then; null where that depends, or the answer is another's. */
  readonly status: number | null;
  /** After "it": what happened, for people. */
  readonly meaning: string;
}

/** Every flag of Envoy's access log by its short name. Source: Envoy's `stream_info/utility.h`, `accesslog.proto`. */
export const RESPONSE_FLAGS = {
  UH: {
    long: 'NoHealthyUpstream',
    tcp: true,
    status: 503,
    meaning: 'no healthy host was left to choose from',
  },
  UF: {
    long: 'UpstreamConnectionFailure',
    tcp: true,
    status: 503,
    meaning: 'no connection to the host came about',
  },
  UO: {
    long: 'UpstreamOverflow',
    tcp: true,
    status: 503,
    meaning: 'a limit of the connection pool was reached',
  },
  NR: { long: 'NoRouteFound', tcp: true, status: 404, meaning: 'no route fits the request' },
  URX: { long: 'UpstreamRetryLimitExceeded', tcp: true, status: null, meaning: 'all retries were used up' },
  NC: {
    long: 'NoClusterFound',
    tcp: true,
    status: 503,
    meaning: 'the route leads to a destination that does not exist',
  },
  DT: {
    long: 'DurationTimeout',
    tcp: true,
    status: null,
    meaning: 'the connection was open for longer than it may',
  },
  DC: {
    long: 'DownstreamConnectionTermination',
    tcp: false,
    status: null,
    meaning: 'the caller went away before there was an answer',
  },
  LH: {
    long: 'FailedLocalHealthCheck',
    tcp: false,
    status: 503,
    meaning: 'its own service did not pass the health check',
  },
  UT: {
    long: 'UpstreamRequestTimeout',
    tcp: false,
    status: 504,
    meaning: 'the answer took longer than the timeout',
  },
  LR: { long: 'LocalReset', tcp: false, status: 503, meaning: 'the proxy itself broke the connection off' },
  UR: { long: 'UpstreamRemoteReset', tcp: false, status: 503, meaning: 'the host broke the request off' },
  UC: {
    long: 'UpstreamConnectionTermination',
    tcp: false,
    status: 503,
    meaning: 'the host closed the connection in the middle of the request',
  },
  DI: { long: 'DelayInjected', tcp: false, status: null, meaning: 'a fault rule delayed it' },
  FI: { long: 'FaultInjected', tcp: false, status: null, meaning: 'a fault rule aborted it' },
  RL: { long: 'RateLimited', tcp: false, status: 429, meaning: 'a rate limit refused it' },
  UAEX: {
    long: 'UnauthorizedExternalService',
    tcp: false,
    status: 403,
    meaning: 'an external authorization service denied it',
  },
  RLSE: {
    long: 'RateLimitServiceError',
    tcp: false,
    status: null,
    meaning: 'the rate limit service failed, and without it nothing passes',
  },
  IH: {
    long: 'InvalidEnvoyRequestHeaders',
    tcp: false,
    status: 400,
    meaning: 'a header for the proxy had a value that it does not take',
  },
  SI: { long: 'StreamIdleTimeout', tcp: false, status: 408, meaning: 'nothing was sent for too long' },
  DPE: {
    long: 'DownstreamProtocolError',
    tcp: false,
    status: null,
    meaning: 'the caller broke the rules of HTTP',
  },
  UPE: {
    long: 'UpstreamProtocolError',
    tcp: false,
    status: null,
    meaning: 'the host broke the rules of HTTP',
  },
  UMSDR: {
    long: 'UpstreamMaxStreamDurationReached',
    tcp: false,
    status: null,
    meaning: 'the request was open for longer than it may',
  },
  RFCF: {
    long: 'ResponseFromCacheFilter',
    tcp: false,
    status: null,
    meaning: 'a cache in the proxy answered',
  },
  NFCF: {
    long: 'NoFilterConfigFound',
    tcp: false,
    status: null,
    meaning: 'the settings of a filter were missing',
  },
  OM: {
    long: 'OverloadManagerTerminated',
    tcp: false,
    status: null,
    meaning: 'the proxy ended it to save itself from overload',
  },
  DF: {
    long: 'DnsResolutionFailed',
    tcp: false,
    status: null,
    meaning: 'the name of the host could not be resolved',
  },
  DO: {
    long: 'DropOverload',
    tcp: false,
    status: 503,
    meaning: 'the control plane had a share of requests dropped',
  },
  DR: {
    long: 'DownstreamRemoteReset',
    tcp: false,
    status: null,
    meaning: 'the caller broke its request off',
  },
  UDO: {
    long: 'UnconditionalDropOverload',
    tcp: false,
    status: 503,
    meaning: 'the control plane had all requests dropped',
  },
} as const satisfies Record<string, ResponseFlag>;

export type Flag = keyof typeof RESPONSE_FLAGS;

/** Flags as the access log writes them: `UF,URX`; `-` where there are none. */
export const flagText = (flags: readonly Flag[]): string => (flags.length === 0 ? '-' : flags.join(','));

/** Whether a text is such a list of flags. */
export const areFlags = (text: string): boolean =>
  text !== '' && text.split(',').every((flag) => Object.hasOwn(RESPONSE_FLAGS, flag));
