/** One step forward in obtaining or starting servers, fit to be shown to a person. */
export interface ProgressEvent {
  readonly message: string;
  /** Bytes fetched so far and in all, during a download whose size is known. */
  readonly receivedBytes?: number;
  readonly totalBytes?: number;
}

export type Progress = (event: ProgressEvent) => void;

export const NO_PROGRESS: Progress = () => {};
