/** A document of any version, as JSON gave it. */
export type Document = Readonly<Record<string, unknown>>;

/** Raises a document by one version; pure, and never changed once released. */
export type Migration = (document: Document) => Document;

/** Entry n raises version n + 1 to n + 2. */
const MIGRATIONS: readonly Migration[] = [];

/** The version that this program writes. */
export const REPLAY_VERSION = MIGRATIONS.length + 1;

/** Raises a document from its version to the newest, one step after the other. */
export function migrate(
  document: Document,
  version: number,
  migrations: readonly Migration[] = MIGRATIONS,
): Document {
  return migrations.slice(version - 1).reduce<Document>((raised, migration) => migration(raised), document);
}
