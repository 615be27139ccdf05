/**
 * Settings of the connections that answer requests. What those read is in memory or on a solid
 * state disk, where a page out of order costs hardly more than the next one. With the default of 4
 * the planner would collect a user's whole history and sort it, where the index has it in order and
 * the newest 200 are enough.
 *
 * Every statement of the request path has its index. A plan that is kept from when a table was small
 * (the change feed is empty at first) would go on reading the whole of it when it has grown.
 *
 * A statement over a table with a partition a month takes longer to plan than to run, and Postgres
 * would plan it anew each time: with thirteen partitions a viewer took 17.7 ms to read so, and 1.7 ms
 * by a plan that is made once a connection.
 */
export const servingSettings: Readonly<Record<string, string>> = {
  random_page_cost: '1.1',
  enable_seqscan: 'off',
  plan_cache_mode: 'force_generic_plan',
};

/**
 * Settings of the connections that answer questions about many users. Compiling such a statement
 * takes longer than it saves; sets of a million ids are to be hashed in memory.
 */
export const analysisSettings: Readonly<Record<string, string>> = {
  work_mem: '64MB',
  jit: 'off',
};

/** And of those that compute who is in segments, which keep sets of users in temporary tables. */
export const refreshSettings: Readonly<Record<string, string>> = {
  ...analysisSettings,
  temp_buffers: '64MB',
};

/**
 * Settings of the connections that export, in the order of the ids. With a page out of order costing
 * four times the next one, the planner hashes every table and sorts wide rows on disk: the first of
 * five million came after 36 s with three processes, after 121 s with one. From the indexes they come
 * in order at once, and one process for each export leaves the other cores to viewers (54 s in all
 * against 74 s with three, on a machine with seven times as much to do as it has cores).
 */
export const exportSettings: Readonly<Record<string, string>> = {
  ...analysisSettings,
  random_page_cost: '1.1',
  max_parallel_workers_per_gather: '0',
};
