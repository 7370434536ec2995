-- What servers call themselves that were met under another name; port 0: what the name service said of a host.
CREATE TABLE host_name (
  hostname TEXT NOT NULL,
  port INTEGER NOT NULL,
  own_hostname TEXT NOT NULL,
  own_port INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (hostname, port)
) STRICT, WITHOUT ROWID;

-- Who replicated from whom, at the times when topologies were archived.
CREATE TABLE topology_history (
  at_ms INTEGER NOT NULL,
  hostname TEXT NOT NULL,
  port INTEGER NOT NULL,
  source_hostname TEXT NOT NULL,
  source_port INTEGER NOT NULL,
  cluster_name TEXT NOT NULL,
  version TEXT NOT NULL,
  PRIMARY KEY (at_ms, hostname, port)
) STRICT, WITHOUT ROWID;
