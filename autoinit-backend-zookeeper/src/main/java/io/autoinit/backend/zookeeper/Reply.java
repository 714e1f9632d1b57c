package io.autoinit.backend.zookeeper;

import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;

/**
 * What the servers answered to some operations that they did as one, or not at all.
 *
 * @param code OK, or what stood against them
 * @param failed the place of the operation that stood against them; -1 if none did
 * @param results of each operation, in their order
 */
record Reply(Code code, int failed, List<OpResult> results) {

  static Reply of(Code code, List<OpResult> results) {
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) instanceof OpResult.ErrorResult error && error.getErr() != 0) {
        return new Reply(Code.get(error.getErr()), i, results);
      }
    }
    return new Reply(code, -1, results);
  }

  boolean ok() {
    return code == Code.OK;
  }

  OpResult.GetDataResult data(int place) {
    return (OpResult.GetDataResult) results.get(place);
  }

  /** After a write: what the node has become. */
  Stat stat(int place) {
    return ((OpResult.SetDataResult) results.get(place)).getStat();
  }
}
