package io.autoinit.examples.shop;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The products in the database. Safe for use by any thread. */
final class Products {

  static final int PAGE = 20;

  private static final String PAGE_QUERY =
      "SELECT id, name, price_cents FROM products ORDER BY id LIMIT ? OFFSET ?";

  private final Database database;

  Products(Database database) {
    this.database = database;
  }

  /**
   * One product.
   *
   * @param id its number
   * @param name its name
   * @param priceCents its price in hundredths
   */
  record Product(int id, String name, int priceCents) {

    String price() {
      return "%d.%02d".formatted(priceCents / 100, priceCents % 100);
    }
  }

  int count() throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement query = connection.prepareStatement("SELECT count(*) FROM products");
        ResultSet result = query.executeQuery()) {
      result.next();
      return result.getInt(1);
    }
  }

  List<Product> page(int number) throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement query = connection.prepareStatement(PAGE_QUERY)) {
      query.setInt(1, PAGE);
      query.setLong(2, (number - 1L) * PAGE);
      try (ResultSet result = query.executeQuery()) {
        List<Product> products = new ArrayList<>();
        while (result.next()) {
          products.add(new Product(result.getInt(1), result.getString(2), result.getInt(3)));
        }
        return products;
      }
    }
  }
}
