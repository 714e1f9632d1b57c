package io.autoinit.examples.shop;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * Where the shop keeps its data.
 *
 * @param url a JDBC URL without credentials
 * @param user the user
 * @param password the user's password
 */
record Database(String url, String user, String password) {

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url, user, password);
  }

  @Override
  public String toString() {
    return url;
  }
}
