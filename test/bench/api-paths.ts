/** What clients of the compatible surface ask again and again. */
export const PATHS = ['/api/clusters', '/api/all-instances'] as const;
