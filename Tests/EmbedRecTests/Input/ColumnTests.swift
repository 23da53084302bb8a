import EmbedRec
import Foundation
import TestSupport
import Testing

@Suite struct `Columns of input files` {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [
    "user,item,rating,timestamp", "userId,movieId,rating,timestamp",
    "reviewerID,asin,overall,unixReviewTime", "USER_ID,ItemId,Score,created_at",
    "customer_id,product_id,weight,date", "session_id,sku,value,time",
  ])
  func `well-known names are recognised in any case`(header: String) throws {
    let file = try InteractionFile(path: folder.write("a.csv", header + "\nu,i,2,3\n")).all()
    #expect(file.records == [InteractionRecord(user: "u", item: "i", value: 2, time: 3)])
  }

  @Test func `of several candidates the first in the list is taken and the others are told`() throws
  {
    let file = try ItemFile(path: folder.write("a.csv", "sku,movieId,id,title\n1,2,3,t\n")).all()
    #expect(file.records[0].id == "3")
    #expect(
      file.summary.warnings == [
        "\"id\" is taken as the item id, though \"movieId\", \"sku\" could be it too; choose with"
          + " --item-column"
      ])
  }

  @Test func `the mapping names any column`() throws {
    let mapping = ColumnMapping(itemID: "b", userID: "A", value: "d", timestamp: "c")
    let path = try folder.write("a.csv", "a,b,c,d,user\nu,i,2024-01-01,5,x\n")
    let file = try InteractionFile(path: path, mapping: mapping).all()
    #expect(
      file.records == [InteractionRecord(user: "u", item: "i", value: 5, time: 1_704_067_200)])
    #expect(
      file.summary.columns.map(\.description) == [
        "a -> user id", "b -> item id", "c -> timestamp", "d -> value", "user -> ignored",
      ])
  }

  @Test func `a mapped column is not taken by another role`() throws {
    let path = try folder.write("a.csv", "item,asin\nu,i\n")
    let file = try InteractionFile(path: path, mapping: ColumnMapping(userID: "item")).all()
    #expect(file.records == [InteractionRecord(user: "u", item: "i")])
  }

  @Test(arguments: ["a.csv", "a.jsonl"])
  func `a mapped column that is not there is an error`(name: String) throws {
    let text = name == "a.csv" ? "user,item\n1,2\n" : "{\"user\":1,\"item\":2}\n"
    let file = InteractionFile(
      path: try folder.write(name, text), mapping: ColumnMapping(value: "stars"))
    #expect(
      file.failure() == "\(name): no column is named \"stars\", which --value-column asks for;"
        + " columns found: user, item")
  }

  @Test func `a role stays with the field that had it first`() throws {
    let json = "{\"item\":1,\"user\":2}\n{\"item_id\":3,\"item\":4,\"user\":5,\"rating\":1}\n"
    let file = try InteractionFile(path: folder.write("a.jsonl", json)).all()
    #expect(file.records.map(\.item) == ["1", "4"])
    #expect(file.records.map(\.value) == [nil, 1])
    #expect(file.summary.warnings.count == 1)
  }

  @Test func `the report says what each column was taken for`() throws {
    let csv = "movieId,title,genres,year\n1,Heat,Action|Crime,1995\n"
    let file = try ItemFile(path: folder.write("movies.csv", csv)).all()
    #expect(
      file.summary.columns.map(\.description) == [
        "movieId -> item id", "title -> text, 1st in the template",
        "genres -> text, 2nd in the template", "year -> field",
      ])
  }
}

@Suite struct `Text templates` {
  private func item(_ fields: [(String, FieldValue)]) -> ItemRecord {
    ItemRecord(id: "1", fields: fields.map { Field(name: $0.0, value: $0.1) })
  }

  @Test func `an item is described by title, categories and description`() {
    let item = item([
      ("description", .text("A thief.")), ("tags", .list(["x"])), ("year", .number(1995)),
      ("categories", .list(["Action", "Crime"])), ("title", .text("Heat")),
    ])
    #expect(TextTemplate().text(of: item) == "Heat. Action, Crime. A thief.")
    #expect(TextTemplate(fields: ["year", "title"]).text(of: item) == "1995. Heat")
  }

  @Test func `empty parts are left out`() {
    let empty = item([
      ("title", .text("Heat")), ("categories", .list([])), ("description", .text(" ")),
    ])
    #expect(TextTemplate().text(of: empty) == "Heat")
    #expect(TextTemplate().text(of: item([])) == "")
  }

  @Test func `other names of the parts are known`() {
    let item = item([
      ("movie_title", .text("Heat")), ("class", .list(["Action"])), ("Plot", .text("A thief")),
    ])
    #expect(TextTemplate().text(of: item) == "Heat. Action. A thief")
  }

  @Test func `an item without known parts is described by its texts`() {
    let item = item([
      ("brand_id", .text("b")), ("colour", .text("red")), ("page", .text("https://a.b")),
      ("price", .number(3)), ("sizes", .list(["S", "M"])),
    ])
    #expect(TextTemplate().text(of: item) == "red. S, M")
  }

  @Test func `a user is described by names and values`() {
    let user = UserRecord(
      id: "1",
      fields: [
        Field(name: "age", value: .number(24)), Field(name: "gender", value: .text("M")),
        Field(name: "zip_code", value: .text("85711")),
        Field(name: "favourite_genres", value: .list(["Drama", "Crime"])),
      ])
    #expect(TextTemplate().text(of: user) == "age 24. gender M. favourite genres Drama, Crime")
    #expect(TextTemplate(fields: ["gender"]).text(of: user) == "gender M")
  }

  @Test func `a file of users gives profiles`() throws {
    let folder = try TemporaryFolder()
    let text =
      "user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token\n"
      + "1\t24\tM\ttechnician\t85711\n"
    let file = try UserFile(path: folder.write("a.user", text)).all()
    #expect(file.lines == [2])
    #expect(file.records.map(\.id) == ["1"])
    #expect(
      TextTemplate().text(of: file.records[0]) == "age 24. gender M. occupation technician")
    #expect(
      file.summary.columns.map(\.description) == [
        "user_id -> user id", "age -> text, 1st in the template",
        "gender -> text, 2nd in the template", "occupation -> text, 3rd in the template",
        "zip_code -> field",
      ])
  }

  @Test func `an unknown field is an error that lists the fields`() throws {
    let folder = try TemporaryFolder()
    for (name, text) in [("a.csv", "id,title\n1,a\n"), ("a.jsonl", "{\"id\":1,\"title\":\"a\"}")] {
      let path = try folder.write(name, text)
      #expect(
        ItemFile(path: path, template: TextTemplate(fields: ["plot"])).failure()
          == "\(name): no field is named \"plot\" as the text template asks; fields found: id, title"
      )
    }
  }

  @Test func `field values are coded as plain JSON`() throws {
    let values: [FieldValue] = [.text("1"), .number(1), .boolean(true), .list(["a"]), .list([])]
    let data = try JSONEncoder().encode(values)
    #expect(String(decoding: data, as: UTF8.self) == "[\"1\",1,true,[\"a\"],[]]")
    #expect(try JSONDecoder().decode([FieldValue].self, from: data) == values)
  }
}
